/* Starts slirp4netns as an IUT, whose TCP is libslirp's: its guest's side is the link, and the
 * tester's program is an ordinary one on the host's side, behind 127.0.0.1. */
#define _GNU_SOURCE
#include "../syns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LONGEST_FRAME 65536
#define ROOM (8 << 20)

static const uint8_t slirp_mac[6] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };

static void fail(const char *what)
{
    fprintf(stderr, "slirp4netns cannot be started: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void set_loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        fail("loopback");
    close(fd);
}

static void start_slirp(const char *path, int link)
{
    if (fork() != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(link);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execlp("slirp4netns", "slirp4netns", "--target-type=bess", "--mtu=1500", "--disable-dns",
        path, (char *)NULL);
    fail("slirp4netns (Debian package slirp4netns)");
}

static int connect_to(const char *path)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), room = ROOM;
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    for (int i = 0; i < 500; i++) {
        if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
            return fd;
        usleep(10000);
    }
    fail(path);
    return -1;
}

/* Remembers a first SYN over IPv4. */
static void remember(struct syns *syns, const uint8_t *frame, size_t length)
{
    const uint8_t *ip = frame + 14;
    if (length < 54 || frame[12] != 8 || frame[13] != 0 || ip[0] >> 4 != 4 || ip[9] != 6)
        return;
    size_t header = (size_t)(ip[0] & 15) * 4;
    const uint8_t *tcp = ip + header;
    if (length < 14 + header + 20 || (tcp[13] & 0x16) != 2)
        return;
    struct syn syn = { 0 };
    uint32_t count = atomic_load(&syns->count);
    memcpy(&syn.ip, ip + 12, 4);
    memcpy(&syn.from, tcp, 2);
    memcpy(&syn.to, tcp + 2, 2);
    for (uint32_t i = count; i > 0; i--) {
        const struct syn *s = &syns->syn[i - 1];
        if (s->ip == syn.ip && s->from == syn.from && s->to == syn.to)
            return;
    }
    if (count < MOST_SYNS) {
        syns->syn[count] = syn;
        atomic_store(&syns->count, count + 1);
    }
}

static void pump(int link, int slirp, struct syns *syns)
{
    static uint8_t frame[LONGEST_FRAME];
    struct pollfd ends[] = { { .fd = link, .events = POLLIN }, { .fd = slirp, .events = POLLIN } };
    while (poll(ends, 2, -1) >= 0 || errno == EINTR) {
        if (ends[0].revents != 0) {
            ssize_t n = recv(link, frame, sizeof frame, 0);
            if (n <= 0)
                return;
            remember(syns, frame, (size_t)n);
            if (n >= 14 && (frame[0] & 1) == 0)
                memcpy(frame, slirp_mac, sizeof slirp_mac);
            send(slirp, frame, (size_t)n, MSG_NOSIGNAL);
        }
        if (ends[1].revents != 0) {
            ssize_t n = recv(slirp, frame, sizeof frame, 0);
            if (n <= 0)
                return;
            send(link, frame, (size_t)n, MSG_NOSIGNAL);
        }
    }
}

/* Arguments: the tester's program, and the version for its greeting. */
int main(int count, char **words)
{
    const char *home = getenv("TMPDIR");
    char folder[80], path[96];
    const char *number = getenv("TCPCONF_LINK_FD");
    int link = number ? atoi(number) : 3, room = ROOM;
    if (count != 3) {
        fprintf(stderr, "usage: %s TESTER VERSION\n", words[0]);
        return 2;
    }
    set_loopback_up();
    setsockopt(link, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    /* The name of a local socket has room for no more. */
    snprintf(folder, sizeof folder, "%s/tcpconf-slirp-XXXXXX", home && *home ? home : P_tmpdir);
    if (!mkdtemp(folder))
        fail(folder);
    snprintf(path, sizeof path, "%s/link", folder);
    start_slirp(path, link);
    int slirp = connect_to(path);
    unlink(path);
    rmdir(folder);
    int memory = memfd_create("syns", 0);
    if (memory < 0 || ftruncate(memory, sizeof(struct syns)) != 0)
        fail("memory");
    struct syns *syns = mmap(
        NULL, sizeof *syns, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        pump(link, slirp, syns);
        kill(getppid(), SIGTERM);
        return 0;
    }
    close(link);
    close(slirp);
    dup2(memory, SYNS_FD);
    execl(words[1], words[1], "libslirp", words[2], (char *)NULL);
    fail(words[1]);
    return 1;
}
