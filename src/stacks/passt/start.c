/* passt. Its socket is a stream: each frame has its length before it (tap.c, tap_handler_passt). */
#define _GNU_SOURCE
#include "nat.h"
#include "scale.h"
#include "stack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* The descriptor that passt has of its guest's side. */
#define GUEST_FD "8"

const char stack_name[] = "passt";

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    if (!value) {
        errno = EINVAL;
        fail(name);
    }
    return value;
}

static void start_passt(int link, int guest, const char *address, const char *prefix)
{
    if (fork() != 0)
        return;
    stack_child(link);
    dup2(guest, atoi(GUEST_FD));
    /* What comes for the gateway's address is for the host's loopback (passt(1), --no-map-gw).
     * There is no outer network. */
    execlp("passt", "passt", "-q", "-f", "--fd", GUEST_FD, "-4", "-i", "lo",
        "-g", address, "-n", prefix, "-a", variable("TCPCONF_GATEWAY_V4"),
        "-M", variable("TCPCONF_MAC"), "-m", variable("TCPCONF_MTU"),
        "--no-dhcp", "--no-udp", "--no-icmp", (char *)NULL);
    fail("passt (Debian package passt)");
}

int stack_start(int link, char **options)
{
    for (; *options; options++) {
        if (strcmp(*options, "repair=window-scale") != 0) {
            errno = EINVAL;
            fail(*options);
        }
        scale_repair();
    }
    int ends[2], room = ROOM;
    char address[64];
    snprintf(address, sizeof address, "%s", variable("TCPCONF_V4"));
    char *slash = strchr(address, '/');
    if (!slash || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        fail("link");
    *slash = 0;
    for (int i = 0; i < 2; i++)
        setsockopt(ends[i], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    nat_begin(inet_addr(variable("TCPCONF_GATEWAY_V4")));
    start_passt(link, ends[1], address, slash + 1);
    close(ends[1]);
    return ends[0];
}

/* Where several frames of one connection are read at once, passt's count of those that are left can
 * run below zero: it goes over them without end (tap.c, tap4_handler). So each is read alone. */
static void wait_until_read(int stack)
{
    int unread = 0;
    while (ioctl(stack, SIOCOUTQ, &unread) == 0 && unread > 0)
        usleep(20);
}

void stack_send(int stack, uint8_t *frame, size_t length)
{
    uint32_t prefix = htonl((uint32_t)length);
    struct iovec parts[] = { { &prefix, sizeof prefix }, { frame, length } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    if (!nat_to_stack(frame, length))
        return;
    wait_until_read(stack);
    sendmsg(stack, &message, MSG_NOSIGNAL);
}

bool stack_receive(int stack, int link)
{
    static uint8_t stream[1 << 20];
    static size_t filled;
    ssize_t n = recv(stack, stream + filled, sizeof stream - filled, 0);
    if (n <= 0)
        return false;
    filled += (size_t)n;
    size_t at = 0;
    uint32_t length;
    while (filled - at >= sizeof length) {
        memcpy(&length, stream + at, sizeof length);
        length = ntohl(length);
        if (length > LONGEST_FRAME) {
            fprintf(stderr, "passt has sent a frame of %u octets\n", length);
            return false;
        }
        if (filled - at - sizeof length < length)
            break;
        uint8_t *frame = stream + at + sizeof length;
        if (nat_from_stack(frame, length))
            send(link, frame, length, MSG_NOSIGNAL);
        at += sizeof length + length;
    }
    memmove(stream, stream + at, filled - at);
    filled -= at;
    return true;
}
