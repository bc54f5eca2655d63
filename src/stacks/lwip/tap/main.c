// lwIP as a program of its own: an interface on the link that it is given, an upper tester on
// standard input and output (specs/iuts/README.md), real time.
#include "sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/nd6.h"
#include "netif/ethernet.h"

#define LONGEST_FRAME 0x10000
#define FRAMES_AT_ONCE 64
#define SECOND 1000u // milliseconds

static int frames;
static struct eth_addr own_address, tester_address;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// It is killed with its run: what it holds then is no leak.
const char *__asan_default_options(void) { return "detect_leaks=0"; }
#endif
#endif

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static struct eth_addr link_address(const char *name) {
    struct eth_addr a;
    if (sscanf(variable(name), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &a.addr[0], &a.addr[1],
            &a.addr[2], &a.addr[3], &a.addr[4], &a.addr[5]) != 6) {
        fprintf(stderr, "%s is no link address\n", name);
        exit(2);
    }
    return a;
}

// ADDRESS/PREFIX; false if there is none.
static int internet_address(const char *name, int family, uint8_t *octets, uint8_t *prefix) {
    char text[INET6_ADDRSTRLEN + 5];
    snprintf(text, sizeof text, "%s", variable(name));
    char *slash = strchr(text, '/');
    if (slash == NULL)
        return 0;
    *slash = 0;
    *prefix = (uint8_t)atoi(slash + 1);
    return *prefix <= (family == AF_INET ? 32 : 128) && inet_pton(family, text, octets) == 1;
}

// Everybody else on the link is the tester, and has its address.
static err_t output_v4(struct netif *netif, struct pbuf *p, const ip4_addr_t *to) {
    (void)to;
    return ethernet_output(netif, p, &own_address, &tester_address, ETHTYPE_IP);
}

static err_t output_v6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to) {
    (void)to;
    return ethernet_output(netif, p, &own_address, &tester_address, ETHTYPE_IPV6);
}

static err_t start(struct netif *netif) {
    netif->name[0] = 't';
    netif->name[1] = 'p';
    netif->mtu = (u16_t)atoi(variable("TCPCONF_MTU"));
    memcpy(netif->hwaddr, own_address.addr, sizeof own_address.addr);
    netif->hwaddr_len = sizeof own_address.addr;
    netif->output = output_v4;
    netif->output_ip6 = output_v6;
    netif->linkoutput = tcpconf_link_put;
    netif->flags |= NETIF_FLAG_LINK_UP | NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP
        | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

static uint64_t milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec / 1000000;
}

static void begin(void) {
    uint8_t v4[4], v6[16], prefix, v6_prefix;
    uint64_t seed;
    own_address = link_address("TCPCONF_MAC");
    tester_address = link_address("TCPCONF_TESTER_MAC");
    frames = atoi(variable("TCPCONF_LINK_FD"));
    if (!internet_address("TCPCONF_V4", AF_INET, v4, &prefix)) {
        fprintf(stderr, "TCPCONF_V4 is no address with a prefix\n");
        exit(2);
    }
    if (!internet_address("TCPCONF_V6", AF_INET6, v6, &v6_prefix))
        memset(v6, 0, sizeof v6);
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)getpid();
    tcpconf_now = milliseconds();
    tcpconf_seed(seed);
    lwip_init();
    tcpconf_link_open(v4, prefix, v6, start, ethernet_input);
}

static void send_frames(void) {
    const uint8_t *octets;
    for (uint32_t length; (length = tcpconf_link_take(&octets)) > 0;)
        while (send(frames, octets, length, MSG_NOSIGNAL) < 0 && errno == EINTR)
            ;
}

// What the user's calls make of it goes out with it.
static void settle(void) {
    sockets_work();
    send_frames();
}

static bool receive_frames(void) {
    static uint8_t frame[LONGEST_FRAME];
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
        ssize_t n = recv(frames, frame, sizeof frame, MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        if (n == 0)
            return false;
        tcpconf_link_deliver(frame, (uint32_t)n);
        settle();
    }
    return true;
}

static bool take_lines(void) {
    size_t length;
    bool open = lines_fill();
    for (char *line; open && (line = lines_take(&length)) != NULL;) {
        open = request_take(line, length);
        settle();
    }
    return open;
}

// Runs lwIP's timers, and tells how many milliseconds are left until the next one.
static int run_timers(void) {
    static uint64_t next_second;
    uint64_t now = milliseconds();
    tcpconf_ticks_run(now);
    if (now >= next_second) {
        etharp_tmr();
        ip_reass_tmr();
        ip6_reass_tmr();
        nd6_tmr();
        next_second = now + SECOND;
    }
    settle();
    uint64_t due = tcpconf_ticks_due();
    due = due < next_second ? due : next_second;
    return due <= now ? 0 : (int)(due - now);
}

static void serve(void) {
    struct pollfd ends[] = {
        {.fd = frames, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = STDOUT_FILENO},
    };
    for (bool open = true; open;) {
        int wait = run_timers();
        if (!lines_flush())
            return;
        ends[2].events = lines_behind() ? POLLOUT : 0;
        if (poll(ends, 3, wait) <= 0)
            continue;
        tcpconf_ticks_run(milliseconds());
        if ((ends[2].revents & (POLLERR | POLLHUP)) != 0)
            return; // nobody reads the answers
        if (ends[0].revents != 0)
            open = receive_frames();
        if (open && ends[1].revents != 0)
            open = take_lines();
    }
    lines_flush();
}

// OPTION=VALUE;... for every socket.
static void read_defaults(void) {
    static struct option defaults[MOST_OPTIONS];
    size_t count = 0;
    char *words = strdup(variable("TCPCONF_SOCKET_OPTIONS"));
    for (char *word = strtok(words, ";"); word != NULL; word = strtok(NULL, ";")) {
        if (count == MOST_OPTIONS || !read_option(word, &defaults[count++])) {
            fprintf(stderr, "TCPCONF_SOCKET_OPTIONS: not OPTION=VALUE: %s\n", word);
            exit(2);
        }
    }
    sockets_begin(-1, defaults, count);
}

int main(void) {
    begin();
    read_defaults();
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    lines_begin(STDIN_FILENO, STDOUT_FILENO, 0);
    lines_write("upper-tester 1 lwip " TCPCONF_VERSION);
    serve();
    return 0;
}
