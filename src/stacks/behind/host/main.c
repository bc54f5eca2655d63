/* Starts a stack as an IUT whose guest's side is the link, and the tester's program as an ordinary
 * one on the host's side, behind 127.0.0.1. */
#define _GNU_SOURCE
#include "../syns.h"
#include "stack.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void fail(const char *what)
{
    fprintf(stderr, "%s cannot be started: %s: %s\n", stack_name, what, strerror(errno));
    exit(1);
}

/* A stack that changes its user forgets PR_SET_PDEATHSIG (prctl(2)), and one that is caught in a
 * loop sees no end of the link. So it has a namespace of processes, which ends with its first one:
 * ours. */
static void enclose(void)
{
    int status = 0;
    if (unshare(CLONE_NEWPID) != 0)
        return;
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child > 0) {
            while (waitpid(child, &status, 0) < 0 && errno == EINTR)
                ;
            _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
}

void stack_child(int link)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(link);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    enclose();
}

static void set_loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        fail("loopback");
    close(fd);
}

/* Remembers a SYN over IPv4: whose it is, and when it came last. */
static void remember(struct syns *syns, const uint8_t *frame, size_t length)
{
    const uint8_t *ip = frame + 14;
    if (length < 54 || frame[12] != 8 || frame[13] != 0 || ip[0] >> 4 != 4 || ip[9] != 6)
        return;
    size_t header = (size_t)(ip[0] & 15) * 4;
    const uint8_t *tcp = ip + header;
    if (length < 14 + header + 20 || (tcp[13] & 0x16) != 2)
        return;
    static uint32_t last;
    struct syn syn = { .last = ++last };
    uint32_t count = atomic_load(&syns->count);
    memcpy(&syn.ip, ip + 12, 4);
    memcpy(&syn.from, tcp, 2);
    memcpy(&syn.to, tcp + 2, 2);
    for (uint32_t i = count; i > 0; i--) {
        struct syn *s = &syns->syn[i - 1];
        if (s->ip == syn.ip && s->from == syn.from && s->to == syn.to) {
            s->last = last;
            return;
        }
    }
    if (count < MOST_SYNS) {
        syns->syn[count] = syn;
        atomic_store(&syns->count, count + 1);
    }
}

static void pump(int link, int stack, struct syns *syns)
{
    static uint8_t frame[LONGEST_FRAME];
    struct pollfd ends[] = { { .fd = link, .events = POLLIN }, { .fd = stack, .events = POLLIN } };
    while (poll(ends, 2, -1) >= 0 || errno == EINTR) {
        if (ends[0].revents != 0) {
            ssize_t n = recv(link, frame, sizeof frame, 0);
            if (n <= 0)
                return;
            remember(syns, frame, (size_t)n);
            stack_send(stack, frame, (size_t)n);
        }
        if (ends[1].revents != 0 && !stack_receive(stack, link))
            return;
    }
}

/* Arguments: the tester's program, the version for its greeting, and options of the stack. */
int main(int count, char **words)
{
    const char *number = getenv("TCPCONF_LINK_FD");
    int link = number ? atoi(number) : 3, room = ROOM;
    if (count < 3) {
        fprintf(stderr, "usage: %s TESTER VERSION [OPTION]...\n", words[0]);
        return 2;
    }
    set_loopback_up();
    setsockopt(link, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    int stack = stack_start(link, words + 3);
    int memory = memfd_create("syns", 0);
    if (memory < 0 || ftruncate(memory, sizeof(struct syns)) != 0)
        fail("memory");
    struct syns *syns = mmap(
        NULL, sizeof *syns, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (syns == MAP_FAILED)
        fail("memory");
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        pump(link, stack, syns);
        kill(getppid(), SIGTERM);
        return 0;
    }
    close(link);
    close(stack);
    dup2(memory, SYNS_FD);
    execl(words[1], words[1], stack_name, words[2], (char *)NULL);
    fail(words[1]);
    return 1;
}
