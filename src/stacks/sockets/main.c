#include "tester.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

/* Handles are 1 and more, and fit 63 bits. */
#define INPUT_KEY 0
#define OUTPUT_KEY UINT64_MAX
#define MOST_EVENTS 64

static struct option defaults[16];

/* A terminal line would echo, and translate line feeds. */
static void make_raw(int fd)
{
    struct termios modes;
    if (tcgetattr(fd, &modes) == 0) {
        cfmakeraw(&modes);
        tcsetattr(fd, TCSANOW, &modes);
    }
}

static void watch(int epoll, int operation, int fd, uint32_t events, uint64_t key)
{
    struct epoll_event event = { .events = events, .data.u64 = key };
    epoll_ctl(epoll, operation, fd, &event);
}

static void serve(int epoll)
{
    struct epoll_event events[MOST_EVENTS];
    bool open = true;
    while (open) {
        int n = epoll_wait(epoll, events, MOST_EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.u64 == INPUT_KEY)
                open = lines_fill();
            else if (events[i].data.u64 != OUTPUT_KEY)
                socket_ready(events[i].data.u64);
        }
        size_t length;
        for (char *line; (line = lines_take(&length)) != NULL;)
            if (!request_take(line, length)) {
                open = false;
                break;
            }
        if (lines_behind())
            name_answers();
        if (!lines_flush())
            return;
        watch(epoll, EPOLL_CTL_MOD, STDOUT_FILENO, lines_behind() ? EPOLLOUT : 0, OUTPUT_KEY);
    }
}

/* Arguments: NAME VERSION for the greeting (- - for the kernel's own), then OPTION=VALUE… for
 * every socket. */
int main(int count, char **words)
{
    struct utsname kernel;
    struct rlimit files;
    size_t options = 0;
    if (count < 3 || count > 3 + 16) {
        fprintf(stderr, "usage: %s NAME VERSION [OPTION=VALUE]…\n", words[0]);
        return 2;
    }
    for (; options + 3 < (size_t)count; options++)
        if (!read_option(words[options + 3], &defaults[options])) {
            fprintf(stderr, "not OPTION=VALUE: %s\n", words[options + 3]);
            return 2;
        }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    uname(&kernel);
    make_raw(STDIN_FILENO);
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, INPUT_KEY);
    watch(epoll, EPOLL_CTL_ADD, STDOUT_FILENO, 0, OUTPUT_KEY);
    const char *credit = getenv("TCPCONF_CREDIT");
    lines_begin(STDIN_FILENO, STDOUT_FILENO, credit ? (size_t)atol(credit) : 0);
    sockets_begin(epoll, defaults, options);
    lines_write("upper-tester 1 %s %s", strcmp(words[1], "-") == 0 ? "linux" : words[1],
        strcmp(words[2], "-") == 0 ? kernel.release : words[2]);
    lines_flush();
    serve(epoll);
    return 0;
}
