/* Starts User-mode Linux as an IUT: its link is the socket of the environment, its serial line
 * carries the lines of the upper tester.
 *
 * Between our standard input and that serial line stands a credit: this kernel reads no more
 * from a line that it has once throttled, so its buffer of 4096 octets must never be full. The
 * guest writes a line "+" for every CREDIT octets that it has read. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREDIT 1024
#define WINDOW (2 * CREDIT)
/* No descriptor of ours that UML is to keep has such a number. */
#define LINE_IN 10
#define LINE_OUT 11
#define MOST_ARGUMENTS 32
/* A frame that comes while this kernel is about to fall asleep wakes it only with the next
 * signal, which may take long: so there is one at such intervals. Before it is up it would die
 * of one. */
#define KICK_MS 2
/* Octets of frames that we have sent and the tester has not read. */
#define LINK_ROOM (8 << 20)

static void fail(const char *what)
{
    fprintf(stderr, "linux.uml cannot be started: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* A variable of ours for init's environment, through the kernel's command line. */
static char *handed_on(const char *name)
{
    const char *value = getenv(name);
    char *text;
    if (asprintf(&text, "%s=\"%s\"", name, value ? value : "") < 0)
        fail(name);
    return text;
}

static const char *link_number(void)
{
    const char *link = getenv("TCPCONF_LINK_FD");
    return link ? link : "3";
}

static void become_uml(const char *image)
{
    static const char *const names[] = {
        "TCPCONF_V4", "TCPCONF_GATEWAY_V4", "TCPCONF_V6", "TCPCONF_GATEWAY_V6", "TCPCONF_MAC",
        "TCPCONF_TESTER_MAC", "TCPCONF_MTU", "TCPCONF_SOCKET_OPTIONS", "TCPCONF_SYSCTLS",
    };
    char initrd[4096], device[64], credit[32], line[32];
    char *words[MOST_ARGUMENTS + 1] = {
        "linux.uml", "mem=256M", initrd, device, line, "ssl=null", "con0=null,fd:2", "con=null",
        "console=tty0", "quiet", "noreboot", "panic=-1", "uml_dir=/mnt/", credit,
    };
    size_t count = 14;
    snprintf(initrd, sizeof initrd, "initrd=%s", image);
    /* One frame per call: the driver's queue for several panics under load (its BQL). */
    snprintf(device, sizeof device, "vec0:transport=fd,fd=%s,vec=0",
        link_number());
    snprintf(line, sizeof line, "ssl0=fd:%d,fd:%d", LINE_IN, LINE_OUT);
    snprintf(credit, sizeof credit, "TCPCONF_CREDIT=%d", CREDIT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        words[count++] = handed_on(names[i]);
    execvp("linux.uml", words);
    fail("linux.uml (Debian package user-mode-linux)");
}

/* Gives UML's process id; the ends of its line are in *to and *from. */
static pid_t start(const char *image, int *to, int *from)
{
    int in[2], out[2];
    struct rlimit none = { 0, 0 };
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        fail("pipe");
    /* UML's processes would outlive it: in a namespace of their own they die with its first. */
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
        fail("a process namespace");
    pid_t pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid > 0) {
        /* The tester sees the link end when UML ends. */
        close(atoi(link_number()));
        close(in[0]);
        close(out[1]);
        *to = in[1];
        *from = out[0];
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* What it writes beside its work goes away with the namespace. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("tmpfs", "/mnt", "tmpfs", 0, NULL) != 0)
        fail("a file system in /mnt");
    setrlimit(RLIMIT_CORE, &none);
    /* Where we may: a stall of the machine is none of the stack's. */
    setpriority(PRIO_PROCESS, 0, -10);
    dup2(in[0], LINE_IN);
    dup2(out[1], LINE_OUT);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    int room = LINK_ROOM, link = atoi(link_number());
    /* A frame that finds no room is lost; without privilege the usual room has to do. */
    if (setsockopt(link, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0)
        setsockopt(link, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    become_uml(image);
    return 0;
}

static bool write_all(int fd, const char *octets, size_t count)
{
    while (count > 0) {
        ssize_t n = write(fd, octets, count);
        if (n < 0 && errno != EINTR)
            return false;
        octets += n > 0 ? n : 0;
        count -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Takes the credits out of what the guest has written; the number of octets that are left. */
static size_t take_credits(char *octets, size_t count, long *credit)
{
    static bool begun, inside, credits;     /* a line, one of credit */
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!inside)
            credits = octets[i] == '+';
        inside = octets[i] != '\n';
        if (!credits)
            octets[kept++] = octets[i];
        else if (!inside)
            *credit += CREDIT;
        /* Before its greeting the guest's line is not ready. */
        if (!begun && !inside) {
            begun = true;
            *credit = WINDOW;
        }
    }
    return kept;
}

static void serve(pid_t uml, int to, int from)
{
    static char octets[65536];
    long credit = 0;
    bool begun = false;
    for (;;) {
        struct pollfd ends[] = {
            { .fd = credit > 0 ? STDIN_FILENO : -1, .events = POLLIN },
            { .fd = from, .events = POLLIN },
        };
        int ready = poll(ends, 2, begun ? KICK_MS : -1);
        if (ready < 0 && errno != EINTR)
            return;
        if (ready == 0)
            kill(uml, SIGIO);
        if (ends[0].revents != 0) {
            ssize_t n = read(STDIN_FILENO, octets, (size_t)credit);
            if (n <= 0 || !write_all(to, octets, (size_t)n))
                return;
            credit -= n;
        }
        if (ends[1].revents != 0) {
            ssize_t n = read(from, octets, sizeof octets);
            begun = true;
            if (n <= 0
                || !write_all(STDOUT_FILENO, octets, take_credits(octets, (size_t)n, &credit)))
                return;
        }
    }
}

int main(int count, char **words)
{
    int to, from, status = 0;
    if (count != 2) {
        fprintf(stderr, "usage: %s IMAGE\n", words[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    pid_t uml = start(words[1], &to, &from);
    serve(uml, to, from);
    /* Either its line is closed, and it is about to end; or nobody wants it any more. */
    for (int i = 0; i < 50 && waitpid(uml, &status, WNOHANG) == 0; i++)
        usleep(1000);
    kill(uml, SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}
