/* The first process of a User-mode Linux that is under test: sets the kernel up as the
 * environment says (the kernel's command line has it from start.c), then becomes the upper
 * tester on the serial line. */
#define _GNU_SOURCE
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/reboot.h>
#include <sys/reboot.h>
#include <unistd.h>

#define DEVICE "vec0"
#define LINE "/dev/ttyS0"
#define MOST_OPTIONS 16
/* As many as hundreds of cases may leave waiting. */
#define QUEUE_LENGTH 10000

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fprintf(stderr, "%s = %s: %s\n", path, text, strerror(errno));
    if (fd >= 0)
        close(fd);
}

/* Several "NAME=VALUE", each ended by a semicolon. */
static void set_sysctls(char *list)
{
    for (char *one = strtok(list, ";"); one; one = strtok(NULL, ";")) {
        char path[256];
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = 0;
        size_t begin = (size_t)snprintf(path, sizeof path, "/proc/sys/%s", one) - strlen(one);
        for (char *c = path + begin; *c; c++)
            *c = *c == '.' ? '/' : *c;
        if (access(path, F_OK) == 0)
            write_file(path, value);
        else
            fprintf(stderr, "this kernel has no %s\n", one);
    }
}

static void load_module(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) != 0)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
}

/* Segments must be seen and sent as they are: none glued together, none cut later. */
static void switch_offloads_off(const char *device)
{
    static const unsigned what[] = {
        ETHTOOL_SGRO, ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM,
    };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        struct ethtool_value value = { .cmd = what[i], .data = 0 };
        struct ifreq request = { .ifr_data = (void *)&value };
        strcpy(request.ifr_name, device);
        ioctl(fd, SIOCETHTOOL, &request);   /* what it does not have, it does not do */
    }
    close(fd);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static struct net_address read_address(const char *text)
{
    struct net_address a = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };
    char ip[64];
    snprintf(ip, sizeof ip, "%.*s", (int)strcspn(text, "/"), text);
    const char *slash = strchr(text, '/');
    a.length = a.family == AF_INET6 ? 16 : 4;
    a.prefix = slash ? (unsigned)atoi(slash + 1) : a.length * 8;
    inet_pton(a.family, ip, a.octets);
    return a;
}

static void read_mac(const char *text, uint8_t mac[6])
{
    if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
        &mac[4], &mac[5]) != 6)
        fprintf(stderr, "no link address: '%s'\n", text);
}

static void add_family(unsigned index, const char *own, const char *gateway, const uint8_t *mac)
{
    if (!*own || !*gateway)
        return;
    struct net_address address = read_address(own), router = read_address(gateway);
    net_add_address(index, &address);
    net_add_neighbour(index, &router, mac);
    net_add_route(index, &address, &router);
}

static void configure(void)
{
    uint8_t own[6] = { 0 }, tester[6] = { 0 };
    unsigned index = net_index(DEVICE);
    read_mac(variable("TCPCONF_MAC"), own);
    read_mac(variable("TCPCONF_TESTER_MAC"), tester);
    switch_offloads_off(DEVICE);
    net_up(net_index("lo"));
    /* First the link address: changing it flushes permanent neighbours. */
    net_link_address(index, own);
    net_sizes(index, (uint32_t)atoi(variable("TCPCONF_MTU")), QUEUE_LENGTH);
    net_up(index);
    add_family(index, variable("TCPCONF_V4"), variable("TCPCONF_GATEWAY_V4"), tester);
    add_family(index, variable("TCPCONF_V6"), variable("TCPCONF_GATEWAY_V6"), tester);
}

static void become_tester(void)
{
    char *words[3 + MOST_OPTIONS + 1] = { "tester", "-", "-" };
    static char options[1024];
    size_t count = 3;
    snprintf(options, sizeof options, "%s", variable("TCPCONF_SOCKET_OPTIONS"));
    for (char *one = strtok(options, ";"); one && count < 3 + MOST_OPTIONS;
        one = strtok(NULL, ";"))
        words[count++] = one;
    int line = open(LINE, O_RDWR | O_NOCTTY);
    dup2(line, STDIN_FILENO);
    dup2(line, STDOUT_FILENO);
    execv("/tester", words);
    perror("/tester");
    _exit(1);
}

int main(void)
{
    static char sysctls[4096];
    mkdir("/proc", 0555);
    mkdir("/dev", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("dev", "/dev", "devtmpfs", 0, NULL);
    int console = open("/dev/console", O_RDWR);
    dup2(console, STDERR_FILENO);
    if (*variable("TCPCONF_V6")) {
        load_module("/crc-ccitt.ko");
        load_module("/ipv6.ko");
    }
    snprintf(sysctls, sizeof sysctls, "%s", variable("TCPCONF_SYSCTLS"));
    set_sysctls(sysctls);
    configure();
    if (fork() == 0)
        become_tester();
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    reboot(RB_POWER_OFF);
    return 1;
}
