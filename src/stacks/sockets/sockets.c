#define _GNU_SOURCE
#include "tester.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

/* A handle. Sends, the shutdown and the close wait for each other; so do receives; so do accepts.
 * A call is made when it is asked for, and again at each edge that epoll tells. */
struct sock {
    uint64_t handle;
    int fd;
    int failure;                /* what ended the connection, told again and again */
    bool connecting;
    struct queue sends, receives, accepts, watches;
};

static int epoll;
static const struct option *defaults;
static size_t default_count;
static struct sock **socks;     /* by handle; null once it is closed */
static uint64_t last_handle, room;
static uint8_t buffer[BUFFER_SIZE];

void sockets_begin(int epoll_fd, const struct option *options, size_t count)
{
    epoll = epoll_fd;
    defaults = options;
    default_count = count;
}

static struct sock *find(uint64_t handle)
{
    return handle <= last_handle ? socks[handle] : NULL;
}

bool socket_exists(uint64_t handle)
{
    return last_handle > 0 && find(handle);
}

static uint64_t adopt(int fd, bool connecting)
{
    struct sock *s = calloc(1, sizeof *s);
    struct epoll_event event = { .events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET };
    if (last_handle + 1 >= room) {
        room = room ? 2 * room : 1024;
        socks = realloc(socks, room * sizeof *socks);
    }
    if (!s || !socks)
        abort();
    socks[0] = NULL;
    s->handle = ++last_handle;
    s->fd = fd;
    s->connecting = connecting;
    queue_begin(&s->sends);
    queue_begin(&s->receives);
    queue_begin(&s->accepts);
    queue_begin(&s->watches);
    socks[s->handle] = s;
    event.data.u64 = s->handle;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    return s->handle;
}

static void cancel_all(struct queue *queue)
{
    while (queue->first) {
        answer_error(queue->first, ECANCELED);
        queue_drop(queue);
    }
}

/* Closes a socket, once all that waits on it has been answered. */
static void release(struct sock *s)
{
    cancel_all(&s->sends);
    cancel_all(&s->receives);
    cancel_all(&s->accepts);
    cancel_all(&s->watches);
    socks[s->handle] = NULL;
    close(s->fd);
    free(s);
}

/* ---- opening ---- */

static void set_flag(int fd, int level, int option)
{
    int one = 1;
    setsockopt(fd, level, option, &one, sizeof one);
}

/* A bound socket with its options in *fd, which may be open even on an error. */
static int make_socket(
    const struct address *own, bool reuse, const struct option *options, size_t count, int *fd)
{
    int error = 0;
    *fd = socket(own->name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return errno;
    if (own->name.ss_family == AF_INET6)
        set_flag(*fd, IPPROTO_IPV6, IPV6_V6ONLY);
    if (reuse)
        set_flag(*fd, SOL_SOCKET, SO_REUSEADDR);
    else    /* connect(2) is to choose the port, by the whole socket pair */
        set_flag(*fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    for (size_t i = 0; i < default_count && error == 0; i++)
        error = option_set(*fd, defaults[i].name, defaults[i].value);
    for (size_t i = 0; i < count && error == 0; i++)
        error = option_set(*fd, options[i].name, options[i].value);
    if (error == 0 && bind(*fd, (const struct sockaddr *)&own->name, own->length) != 0)
        error = errno;
    return error;
}

static uint16_t port_of(const struct sockaddr_storage *name)
{
    return ntohs(name->ss_family == AF_INET6
        ? ((const struct sockaddr_in6 *)name)->sin6_port
        : ((const struct sockaddr_in *)name)->sin_port);
}

static uint16_t own_port(int fd)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    memset(&name, 0, sizeof name);
    getsockname(fd, (struct sockaddr *)&name, &length);
    return port_of(&name);
}

static void opened(int64_t id, int fd, int error, bool connecting)
{
    if (error != 0) {
        if (fd >= 0)
            close(fd);
        lines_write("%lld err %s", (long long)id, error_name(error));
        return;
    }
    uint64_t handle = adopt(fd, connecting);
    lines_write("%lld ok %llu %u", (long long)id, (unsigned long long)handle, own_port(fd));
}

void socket_listen(int64_t id, const struct address *own, int backlog,
    const struct option *options, size_t count)
{
    int fd;
    struct address here = *own;
    name_own(&here);
    int error = make_socket(&here, true, options, count, &fd);
    if (error == 0 && listen(fd, backlog) != 0)
        error = errno;
    opened(id, fd, error, false);
}

void socket_open(int64_t id, const struct address *own, const struct address *peer,
    const struct option *options, size_t count)
{
    int fd;
    if (!name_can_open()) {
        opened(id, -1, EOPNOTSUPP, true);
        return;
    }
    int error = make_socket(own, port_of(&own->name) != 0, options, count, &fd);
    if (error == 0 && connect(fd, (const struct sockaddr *)&peer->name, peer->length) != 0)
        error = errno == EINPROGRESS ? 0 : errno;
    opened(id, fd, error, true);
}

void socket_setopt(int64_t id, uint64_t handle, const struct option *option)
{
    int error = socket_exists(handle)
        ? option_set(find(handle)->fd, option->name, option->value) : EBADF;
    if (error == 0)
        lines_write("%lld ok", (long long)id);
    else
        lines_write("%lld err %s", (long long)id, error_name(error));
}

/* ---- errors ---- */

static int take_error(struct sock *s)
{
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

static short look(struct sock *s, short events)
{
    struct pollfd entry = { .fd = s->fd, .events = events };
    poll(&entry, 1, 0);
    return entry.revents;
}

/* Others say that this one call can't be made. */
static bool ends_connection(int error)
{
    return error == ECONNREFUSED || error == ECONNRESET || error == ECONNABORTED
        || error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH
        || error == EHOSTDOWN || error == ENOPROTOOPT;
}

/* Answers the call that has just failed; false if it is to wait. */
static bool refused(struct sock *s, struct call *call)
{
    int error = errno;
    if (error == EAGAIN || error == EINTR)
        return false;
    if (s->failure == 0 && ends_connection(error))
        s->failure = error;
    answer_error(call, s->failure != 0 ? s->failure : error);
    return true;
}

/* ---- calls: true once they are answered ---- */

static bool make_accept(struct sock *s, struct call *call)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    char ip[INET6_ADDRSTRLEN] = "?";
    memset(&name, 0, sizeof name);
    int fd = accept4(s->fd, (struct sockaddr *)&name, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return refused(s, call);
    name_peer(&name, own_port(s->fd));
    inet_ntop(name.ss_family, name.ss_family == AF_INET6
        ? (void *)&((struct sockaddr_in6 *)&name)->sin6_addr
        : (void *)&((struct sockaddr_in *)&name)->sin_addr, ip, sizeof ip);
    uint64_t handle = adopt(fd, false);
    answer_ok(call, "%llu %s %u", (unsigned long long)handle, ip, port_of(&name));
    return true;
}

static void end_of_stream(struct sock *s, struct call *call)
{
    /* After an error that has been told, recv(2) says end of stream: not to our user. */
    if (s->failure != 0)
        answer_error(call, s->failure);
    else if (call->verb == RECV)
        answer_ok(call, "eof");
    else
        answer_ok(call, "%llu eof", (unsigned long long)call->done);
}

static bool make_receive(struct sock *s, struct call *call)
{
    for (;;) {
        uint64_t left = call->count - call->done;
        ssize_t n = recv(s->fd, buffer, left < BUFFER_SIZE ? left : BUFFER_SIZE, 0);
        if (n < 0)
            return refused(s, call);
        if (n == 0) {
            end_of_stream(s, call);
            return true;
        }
        if (call->verb == RECV) {
            answer_octets(call, buffer, (size_t)n);
            return true;
        }
        size_t same = pattern_same(call->seed, call->offset + call->done, buffer, (size_t)n);
        call->done += same;
        if (same < (size_t)n) {
            answer_error(call, EILSEQ);
            return true;
        }
        if (call->done == call->count) {
            answer_ok(call, "%llu", (unsigned long long)call->done);
            return true;
        }
    }
}

static bool make_send(struct sock *s, struct call *call)
{
    int flags = MSG_NOSIGNAL | (call->verb == SEND_URGENT ? MSG_OOB : 0);
    if (call->verb == SHUTDOWN) {
        if (shutdown(s->fd, SHUT_WR) != 0)
            return refused(s, call);
        answer_ok(call, "%s", "");
        return true;
    }
    while (call->done < call->count) {
        uint64_t left = call->count - call->done;
        size_t part = left < BUFFER_SIZE ? left : BUFFER_SIZE;
        const uint8_t *octets = call->text ? call->text + call->done : buffer;
        if (!call->text)
            pattern_fill(call->seed, call->offset + call->done, buffer, part);
        ssize_t n = send(s->fd, octets, part, flags);
        if (n < 0)
            return refused(s, call);
        call->done += (uint64_t)n;
    }
    answer_ok(call, "%llu", (unsigned long long)call->done);
    return true;
}

/* Whether the connection is gone, without receiving. */
static bool watch_for_end(struct sock *s, struct call *call)
{
    if (s->failure == 0) {
        short came = look(s, 0);
        if ((came & (POLLERR | POLLHUP)) == 0)
            return false;
        s->failure = (came & POLLERR) != 0 ? take_error(s) : 0;
    }
    answer_ok(call, "%s", s->failure == 0 ? "closed" : error_name(s->failure));
    return true;
}

/* Whether the thing that is waited for is there, and has been told. */
static bool watch(struct sock *s, struct call *call)
{
    char text[1000];
    uint8_t octet;
    int mark = 0;
    switch (call->verb) {
    case CONNECTED:
        if (s->connecting)
            return false;
        if (s->failure != 0)
            answer_error(call, s->failure);
        break;
    case URGENT:
        if ((look(s, POLLPRI) & POLLPRI) == 0)
            return false;
        break;
    case AT_MARK:
        if (ioctl(s->fd, SIOCATMARK, &mark) != 0)
            answer_error(call, errno);
        else
            answer_ok(call, "%d", mark);
        break;
    case RECV_URGENT:
        if (recv(s->fd, &octet, 1, MSG_OOB) != 1)
            answer_error(call, errno);
        else
            answer_ok(call, "%02x", octet);
        break;
    case GETINFO:
        mark = info_text(s->fd, text, sizeof text);
        if (mark != 0)
            answer_error(call, mark);
        else
            answer_ok(call, "%s", text);
        break;
    default:
        return watch_for_end(s, call);
    }
    answer_ok(call, "%s", "");  /* unless it has its answer */
    return true;
}

static void watch_all(struct sock *s)
{
    struct queue waiting;
    queue_begin(&waiting);
    for (struct call *call = s->watches.first, *next; call; call = next) {
        next = call->next;
        call->next = NULL;
        if (call->answered || watch(s, call))
            call_free(call);
        else
            queue_add(&waiting, call);
    }
    queue_begin(&s->watches);
    for (struct call *call = waiting.first, *next; call; call = next) {
        next = call->next;
        call->next = NULL;
        queue_add(&s->watches, call);
    }
}

/* Makes every call that can be made now. */
static void advance(struct sock *s)
{
    struct call *call;
    if (s->connecting && look(s, POLLOUT) != 0) {
        s->connecting = false;
        s->failure = take_error(s);
    }
    while ((call = queue_next(&s->accepts)) && make_accept(s, call))
        queue_drop(&s->accepts);
    while ((call = queue_next(&s->receives)) && make_receive(s, call))
        queue_drop(&s->receives);
    watch_all(s);
    while ((call = queue_next(&s->sends))) {
        if (call->verb == CLOSE) {
            int64_t id = call->id;
            queue_drop(&s->sends);
            release(s);
            lines_write("%lld ok", (long long)id);
            return;
        }
        if (!make_send(s, call))
            return;
        queue_drop(&s->sends);
    }
}

void socket_ready(uint64_t handle)
{
    if (socket_exists(handle))
        advance(find(handle));
}

void socket_start(uint64_t handle, struct call *call)
{
    struct sock *s = find(handle);
    switch (call->verb) {
    case ABORT:
        setsockopt(s->fd, SOL_SOCKET, SO_LINGER,
            &(struct linger){ .l_onoff = 1, .l_linger = 0 }, sizeof(struct linger));
        release(s);
        answer_ok(call, "%s", "");
        call_free(call);
        return;
    case SEND:
    case SEND_URGENT:
    case SHUTDOWN:
    case CLOSE:
        queue_add(&s->sends, call);
        break;
    case RECV:
    case RECV_PATTERN:
        queue_add(&s->receives, call);
        break;
    case ACCEPT:
        queue_add(&s->accepts, call);
        break;
    default:
        queue_add(&s->watches, call);
        break;
    }
    advance(s);
}
