/* The smallest IUT: a stack on the link, and an upper tester (specs/upper-tester.md) on the stack.
 * Yours is called where this one calls sockets.
 * Build: cc -D_GNU_SOURCE -o mystack mystack.c      Run: tcpconf test ./mystack.yaml */
#include <errno.h>
#include <poll.h>
#include "kernel.h"

enum { MOST = 4096, LINE = 1 << 20, CHUNK = 65536 };
/* What waits on a socket: the id of a request, 0 for none. A handle is an index. */
static struct { int fd; long accept, connect, recv, send; char *text; size_t left; } s[MOST];
static int handles = 1;

static void err(long id) { printf("%ld err %s\n", id, strerrorname_np(errno)); }

static int at(const char *address, const char *port, struct sockaddr_in *a) {
    *a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    return inet_pton(AF_INET, address, &a->sin_addr) == 1;
}

/* listen ADDR PORT BACKLOG, open ADDR PORT PEERADDR PEERPORT */
static void new_socket(long id, char **w, int opens) {
    struct sockaddr_in a, b;
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, h = handles;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (h == MOST || !at(w[0], w[1], &a) || bind(fd, (struct sockaddr *)&a, size)
        || (opens ? !at(w[2], w[3], &b)
                || (connect(fd, (struct sockaddr *)&b, size) && errno != EINPROGRESS)
                  : listen(fd, atoi(w[2])))) {
        err(id);
        close(fd);
        return;
    }
    getsockname(fd, (struct sockaddr *)&a, &size);
    s[handles++].fd = fd;
    printf("%ld ok %d %d\n", id, h, ntohs(a.sin_port));
}

static void end(int h, int aborts) {
    struct linger now = {1, 0};
    if (aborts) setsockopt(s[h].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    long waits[] = {s[h].accept, s[h].connect, s[h].recv, s[h].send};
    for (int i = 0; i < 4; i++)
        if (waits[i]) printf("%ld err ECANCELED\n", waits[i]);
    close(s[h].fd);
    memset(&s[h], 0, sizeof s[h]);
}

static void request(char *line) {
    char *w[16] = {0};
    int n = 0;
    for (char *p = strtok(line, " "); p && n < 15; p = strtok(NULL, " ")) w[n++] = p;
    long id = n > 1 ? atol(w[0]) : 0;
    int h = n > 2 ? atoi(w[2]) : 0;
    if (n < 2) printf("0 err EPROTO\n");
    else if (!strcmp(w[1], "ping")) printf("%ld ok\n", id);
    else if (!strcmp(w[1], "quit")) exit(printf("%ld ok\n", id) < 0);
    else if (!strcmp(w[1], "listen") && n > 4) new_socket(id, w + 2, 0);
    else if (!strcmp(w[1], "open") && n > 5) new_socket(id, w + 2, 1);
    else if (h < 1 || h >= handles || !s[h].fd) printf("%ld err EBADF\n", id);
    else if (!strcmp(w[1], "accept")) s[h].accept = id;
    else if (!strcmp(w[1], "connected")) s[h].connect = id;
    else if (!strcmp(w[1], "recv")) s[h].recv = id;
    else if (!strcmp(w[1], "send") && n > 4 && !strcmp(w[3], "hex")) {
        s[h].send = id;
        s[h].text = strdup(w[4]);
        s[h].left = strlen(w[4]) / 2;
    } else if (!strcmp(w[1], "shutdown")) {
        if (shutdown(s[h].fd, SHUT_WR)) err(id);
        else printf("%ld ok\n", id);
    } else if (!strcmp(w[1], "close") || !strcmp(w[1], "abort")) {
        end(h, *w[1] == 'a');
        printf("%ld ok\n", id);
    } else printf("%ld err EOPNOTSUPP\n", id);
}

/* What poll says of a socket answers what waits on it. */
static void ready(int h, int events) {
    static unsigned char octets[CHUNK];
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    char name[INET_ADDRSTRLEN];
    if (s[h].accept && (events & POLLIN)) {
        int fd = accept4(s[h].fd, (struct sockaddr *)&a, &size, SOCK_NONBLOCK);
        if (fd < 0 || handles == MOST) return;
        s[handles].fd = fd;
        printf("%ld ok %d %s %d\n", s[h].accept, handles++,
            inet_ntop(AF_INET, &a.sin_addr, name, sizeof name), ntohs(a.sin_port));
        s[h].accept = 0;
    } else if (s[h].connect && (events & (POLLOUT | POLLERR))) {
        size = sizeof errno;
        getsockopt(s[h].fd, SOL_SOCKET, SO_ERROR, &errno, &size);
        if (errno) err(s[h].connect);
        else printf("%ld ok\n", s[h].connect);
        s[h].connect = 0;
    } else if (s[h].recv && (events & (POLLIN | POLLERR | POLLHUP))) {
        ssize_t n = recv(s[h].fd, octets, sizeof octets, 0);
        if (n < 0) err(s[h].recv);
        else printf("%ld ok %s", s[h].recv, n ? "" : "eof");
        for (ssize_t i = 0; i < n; i++) printf("%02x", octets[i]);
        if (n >= 0) printf("\n");
        s[h].recv = 0;
    } else if (s[h].send && (events & (POLLOUT | POLLERR))) {
        size_t all = strlen(s[h].text) / 2, from = all - s[h].left, n = 0;
        for (; n < s[h].left && n < CHUNK; n++)
            sscanf(s[h].text + 2 * (from + n), "%2hhx", octets + n);
        ssize_t took = send(s[h].fd, octets, n, MSG_NOSIGNAL);
        if (took < 0) err(s[h].send);
        else if ((s[h].left -= took) > 0) return;
        else printf("%ld ok %zu\n", s[h].send, all);
        s[h].send = 0;
        free(s[h].text);
    }
}

int main(void) {
    static char lines[LINE + 1], frame[65536];
    size_t have = 0;
    int link = atoi(getenv("TCPCONF_LINK_FD")), tap = open_stack();
    if (tap < 0) { perror("mystack: TAP"); return 1; }
    setvbuf(stdout, NULL, _IOLBF, LINE);
    printf("upper-tester 1 mystack 1.0\n");
    for (ssize_t n;;) {
        static struct pollfd p[MOST + 3];
        p[0] = (struct pollfd){0, POLLIN, 0}, p[1] = (struct pollfd){link, POLLIN, 0};
        p[2] = (struct pollfd){tap, POLLIN, 0};
        for (int h = 1; h < handles; h++) {
            int in = s[h].accept || s[h].recv, out = s[h].connect || s[h].send;
            p[h + 2] = (struct pollfd){in || out ? s[h].fd : -1,
                (in ? POLLIN : 0) | (out ? POLLOUT : 0), 0};
        }
        poll(p, handles + 2, -1);
        if (p[1].revents && (n = recv(link, frame, sizeof frame, 0)) <= 0) return 0;
        if (p[1].revents && write(tap, frame, n) < 0) perror("mystack: write");
        if (p[2].revents && (n = read(tap, frame, sizeof frame)) > 0) send(link, frame, n, 0);
        for (int h = 1; h < handles; h++)
            if (p[h + 2].fd > 0 && p[h + 2].revents) ready(h, p[h + 2].revents);
        if (!p[0].revents) continue;
        if ((n = read(0, lines + have, LINE - have)) <= 0) return 0;
        lines[have += n] = 0;
        for (char *e; (e = memchr(lines, '\n', have)); memmove(lines, e + 1, have + 1)) {
            *e = 0;
            have -= e + 1 - lines;
            request(lines);
        }
    }
}
