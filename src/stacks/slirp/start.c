/* libslirp by way of slirp4netns. */
#define _GNU_SOURCE
#include "stack.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char stack_name[] = "libslirp";

static const uint8_t slirp_mac[6] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };

static void start_slirp(const char *path, int link)
{
    if (fork() != 0)
        return;
    stack_child(link);
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

/* A place for the socket that goes with its last process: a file system of our own in memory, over a
 * folder that nobody here needs. */
static bool private_place(char *path, size_t size)
{
    static const char over[] = "/sys";
    if (unshare(CLONE_NEWNS) != 0
        || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("tcpconf", over, "tmpfs", 0, "size=1m") != 0)
        return false;
    snprintf(path, size, "%s/link", over);
    return true;
}

int stack_start(int link, char **options)
{
    const char *home = getenv("TMPDIR");
    char folder[80] = "", path[96];
    (void)options;
    if (!private_place(path, sizeof path)) {
        /* The name of a local socket has room for no more. */
        snprintf(folder, sizeof folder, "%s/tcpconf-slirp-XXXXXX",
            home && *home ? home : P_tmpdir);
        if (!mkdtemp(folder))
            fail(folder);
        snprintf(path, sizeof path, "%s/link", folder);
    }
    start_slirp(path, link);
    int slirp = connect_to(path);
    unlink(path);
    if (folder[0] != 0)
        rmdir(folder);
    return slirp;
}

void stack_send(int stack, uint8_t *frame, size_t length)
{
    if (length >= 14 && (frame[0] & 1) == 0)
        memcpy(frame, slirp_mac, sizeof slirp_mac);
    send(stack, frame, length, MSG_NOSIGNAL);
}

bool stack_receive(int stack, int link)
{
    static uint8_t frame[LONGEST_FRAME];
    ssize_t n = recv(stack, frame, sizeof frame, 0);
    if (n <= 0)
        return false;
    send(link, frame, (size_t)n, MSG_NOSIGNAL);
    return true;
}
