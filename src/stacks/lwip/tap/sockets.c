// Handles, and the calls on them: in the place of sockets/sockets.c.
#include "sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define MOST_AT_ONCE 0xffffu // octets that lwIP's functions take

static const struct option *defaults;
static size_t default_count;
static struct sock **socks; // by handle; null once it is closed
static uint64_t last_handle, room;
static struct sock *stirred;
static uint8_t buffer[MOST_AT_ONCE];

void sockets_begin(int epoll, const struct option *options, size_t count) {
    (void)epoll; // nothing of lwIP's is a descriptor
    defaults = options;
    default_count = count;
}

struct sock *sock_new(struct tcp_pcb *pcb) {
    struct sock *s = calloc(1, sizeof *s);
    if (s == NULL)
        abort();
    s->pcb = pcb;
    queue_begin(&s->sends);
    queue_begin(&s->receives);
    queue_begin(&s->accepts);
    queue_begin(&s->watches);
    return s;
}

static uint64_t give_handle(struct sock *s) {
    if (last_handle + 1 >= room) {
        room = room == 0 ? 1024 : 2 * room;
        socks = realloc(socks, room * sizeof *socks);
        if (socks == NULL)
            abort();
    }
    s->handle = ++last_handle;
    socks[s->handle] = s;
    return s->handle;
}

static struct sock *find(uint64_t handle) {
    return handle > 0 && handle <= last_handle ? socks[handle] : NULL;
}

bool socket_exists(uint64_t handle) { return find(handle) != NULL; }

void sock_stir(struct sock *s) {
    if (s == NULL || s->is_stirred)
        return;
    s->is_stirred = true;
    s->next_stirred = stirred;
    stirred = s;
}

static void cancel_all(struct queue *queue) {
    while (queue->first != NULL) {
        answer_error(queue->first, ECANCELED);
        queue_drop(queue);
    }
}

// Nobody asks for it any more; what it waits for is answered. It is freed when it is looked at.
static void release(struct sock *s) {
    cancel_all(&s->sends);
    cancel_all(&s->receives);
    cancel_all(&s->accepts);
    cancel_all(&s->watches);
    while (s->first_early != NULL) {
        struct sock *early = s->first_early;
        s->first_early = early->next_early;
        if (early->pcb != NULL) {
            struct tcp_pcb *pcb = early->pcb;
            sock_let_go(early);
            tcp_abort(pcb);
        }
        release(early);
    }
    if (s->handle != 0)
        socks[s->handle] = NULL;
    s->is_released = true;
    sock_stir(s);
}

// ---- opening ----

static void read_name(const struct address *address, ip_addr_t *ip, uint16_t *port) {
    memset(ip, 0, sizeof *ip);
    if (address->name.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->name;
        IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(ip)->addr, &v6->sin6_addr, 16);
        *port = ntohs(v6->sin6_port);
    } else {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->name;
        IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V4);
        memcpy(&ip_2_ip4(ip)->addr, &v4->sin_addr, 4);
        *port = ntohs(v4->sin_port);
    }
}

static int read_settings(struct sock *s, const struct option *options, size_t count) {
    int error = 0;
    for (size_t i = 0; i < count && error == 0; i++)
        error = s->setting_count == MOST_OPTIONS
            ? EINVAL : setting_read(&options[i], &s->settings[s->setting_count++]);
    return error;
}

// A bound connection of lwIP's with all options.
static int make_bound(struct sock *s, const ip_addr_t *own, uint16_t port,
    const struct option *options, size_t count) {
    int error = read_settings(s, defaults, default_count);
    if (error == 0)
        error = read_settings(s, options, count);
    if (error != 0)
        return error;
    s->pcb = tcp_new_ip_type(IP_GET_TYPE(own));
    if (s->pcb == NULL)
        return ENOMEM;
    ip_set_option(s->pcb, SOF_REUSEADDR);
    for (size_t i = 0; i < s->setting_count; i++)
        setting_apply(s->pcb, s->settings[i]);
    return sock_error_of(tcp_bind(s->pcb, own, port));
}

static void opened(int64_t id, struct sock *s, int error) {
    if (error == 0) {
        lines_write("%lld ok %llu %u", (long long)id, (unsigned long long)give_handle(s),
            s->pcb->local_port);
        return;
    }
    if (s->pcb != NULL) {
        struct tcp_pcb *pcb = s->pcb;
        sock_let_go(s);
        tcp_abort(pcb);
    }
    release(s);
    lines_write("%lld err %s", (long long)id, error_name(error));
}

void socket_listen(int64_t id, const struct address *own, int backlog,
    const struct option *options, size_t count) {
    struct sock *s = sock_new(NULL);
    ip_addr_t ip;
    uint16_t port;
    read_name(own, &ip, &port);
    int error = make_bound(s, &ip, port, options, count);
    if (error == 0) {
        err_t err;
        int most = backlog < 1 ? 1 : backlog > UINT8_MAX ? UINT8_MAX : backlog;
        struct tcp_pcb *pcb = tcp_listen_with_backlog_and_err(s->pcb, (u8_t)most, &err);
        if (pcb == NULL) {
            error = sock_error_of(err);
        } else {
            s->pcb = pcb;
            s->is_listener = true;
            tcp_arg(pcb, s);
            tcp_accept(pcb, sock_on_accept);
        }
    }
    opened(id, s, error);
}

static bool is_for_one(const ip_addr_t *ip) {
    return !ip_addr_ismulticast(ip)
        && (IP_IS_V6(ip) || ip4_addr_get_u32(ip_2_ip4(ip)) != IPADDR_BROADCAST);
}

void socket_open(int64_t id, const struct address *own, const struct address *peer,
    const struct option *options, size_t count) {
    struct sock *s = sock_new(NULL);
    ip_addr_t ip, other;
    uint16_t port, other_port;
    read_name(own, &ip, &port);
    read_name(peer, &other, &other_port);
    // RFC 9293 §3.9.2.3 (MUST-46): lwIP would try.
    int error = is_for_one(&other) ? make_bound(s, &ip, port, options, count) : EACCES;
    if (error == 0) {
        sock_adopt(s, s->pcb);
        s->is_connecting = true;
        error = sock_error_of(tcp_connect(s->pcb, &other, other_port, sock_on_connected));
    }
    opened(id, s, error);
}

void socket_setopt(int64_t id, uint64_t handle, const struct option *option) {
    struct sock *s = find(handle);
    struct setting setting;
    int error = s == NULL ? EBADF : setting_read(option, &setting);
    if (error == 0 && (s->pcb == NULL || s->is_listener))
        error = s->is_listener ? EINVAL : ENOTCONN;
    if (error != 0) {
        lines_write("%lld err %s", (long long)id, error_name(error));
        return;
    }
    setting_apply(s->pcb, setting);
    lines_write("%lld ok", (long long)id);
}

// ---- calls: true once they are answered ----

static bool make_accept(struct sock *s, struct call *call) {
    struct sock *early = s->first_early;
    char ip[INET6_ADDRSTRLEN];
    if (!s->is_listener) {
        answer_error(call, EINVAL);
        return true;
    }
    if (early == NULL)
        return false;
    s->first_early = early->next_early;
    early->next_early = NULL;
    inet_ntop(IP_IS_V6_VAL(early->other) ? AF_INET6 : AF_INET,
        IP_IS_V6_VAL(early->other) ? (void *)ip_2_ip6(&early->other)->addr
            : (void *)&ip_2_ip4(&early->other)->addr,
        ip, sizeof ip);
    answer_ok(call, "%llu %s %u", (unsigned long long)give_handle(early), ip, early->other_port);
    return true;
}

static void received(struct sock *s, size_t count) {
    s->text_first += count;
    s->text_length -= count;
    for (size_t told = 0; s->pcb != NULL && told < count;) {
        u16_t part = (u16_t)LWIP_MIN(count - told, MOST_AT_ONCE);
        tcp_recved(s->pcb, part);
        told += part;
    }
}

static bool receive_text(struct sock *s, struct call *call) {
    const uint8_t *text = s->text + s->text_first;
    uint64_t left = call->count - call->done;
    size_t part = left < s->text_length ? (size_t)left : s->text_length;
    if (call->verb == RECV) {
        answer_octets(call, text, part);
        received(s, part);
        return true;
    }
    size_t same = pattern_same(call->seed, call->offset + call->done, text, part);
    call->done += same;
    received(s, part);
    if (same < part)
        answer_error(call, EILSEQ);
    else if (call->done == call->count)
        answer_ok(call, "%llu", (unsigned long long)call->done);
    return same < part || call->done == call->count;
}

static bool make_receive(struct sock *s, struct call *call) {
    if (s->text_length > 0 && receive_text(s, call))
        return true;
    if (s->is_end && s->failure == 0) {
        if (call->verb == RECV)
            answer_ok(call, "eof");
        else
            answer_ok(call, "%llu eof", (unsigned long long)call->done);
        return true;
    }
    if (s->pcb != NULL && !s->is_listener)
        return false;
    answer_error(call, s->failure != 0 ? s->failure : ENOTCONN);
    return true;
}

static bool make_shutdown(struct sock *s, struct call *call) {
    struct tcp_pcb *pcb = s->pcb;
    err_t err = ERR_OK;
    if (s->is_connecting) {
        // RFC 9293 §3.10.4: CLOSE deletes the connection; lwIP's shutdown would refuse.
        sock_let_go(s);
        s->failure = EPIPE;
        s->is_connecting = false;
        err = tcp_close(pcb);
        sock_stir(s);
    } else if (!s->is_shut) {
        err = tcp_shutdown(pcb, 0, 1);
        s->is_shut = err == ERR_OK;
    }
    if (err != ERR_OK)
        answer_error(call, sock_error_of(err));
    else
        answer_ok(call, "%s", "");
    return true;
}

// The part of a text that lwIP has room for; ERR_MEM: none. It takes all that it is given or nothing,
// and small segments fill its queue before its buffer.
static err_t send_part(struct sock *s, struct call *call) {
    uint64_t left = call->count - call->done;
    uint32_t part = LWIP_MIN(tcp_sndbuf(s->pcb), MOST_AT_ONCE);
    err_t err = ERR_MEM;
    if (left < part)
        part = (uint32_t)left;
    const uint8_t *octets = call->text != NULL ? call->text + call->done : buffer;
    if (call->text == NULL)
        pattern_fill(call->seed, call->offset + call->done, buffer, part);
    for (; part > 0 && err == ERR_MEM; part /= 2) {
        err = tcp_write(s->pcb, octets, (u16_t)part, TCP_WRITE_FLAG_COPY);
        if (err == ERR_OK)
            call->done += part;
    }
    return err;
}

static bool make_send(struct sock *s, struct call *call) {
    if (s->pcb == NULL || s->is_listener) {
        answer_error(call, s->failure != 0 ? s->failure : ENOTCONN);
        return true;
    }
    if (call->verb == SHUTDOWN)
        return make_shutdown(s, call);
    err_t err = s->is_shut ? ERR_CLSD : ERR_OK;
    while (call->done < call->count && err == ERR_OK)
        err = send_part(s, call);
    tcp_output(s->pcb);
    if (err == ERR_MEM)
        return false;
    if (err != ERR_OK)
        answer_error(call, sock_error_of(err));
    else
        answer_ok(call, "%llu", (unsigned long long)call->done);
    return true;
}

static bool watch(struct sock *s, struct call *call) {
    switch (call->verb) {
    case CONNECTED:
        if (s->is_connecting && s->pcb != NULL)
            return false;
        if (s->failure != 0)
            answer_error(call, s->failure);
        else
            answer_ok(call, "%s", "");
        return true;
    case GETINFO:
        answer_ok(call, "state=%s", sock_state_name(s));
        return true;
    case ERROR:
        if (s->failure == 0 && s->pcb != NULL)
            return false;
        answer_ok(call, "%s", s->failure == 0 ? "closed" : error_name(s->failure));
        return true;
    default: // lwIP's users learn nothing of urgent data
        answer_error(call, EOPNOTSUPP);
        return true;
    }
}

static void watch_all(struct sock *s) {
    struct queue waiting = s->watches;
    queue_begin(&s->watches);
    for (struct call *call = waiting.first, *next; call != NULL; call = next) {
        next = call->next;
        call->next = NULL;
        if (call->answered || watch(s, call))
            call_free(call);
        else
            queue_add(&s->watches, call);
    }
}

// Whether another socket has a connection of the same pair: the old one has gone then.
static bool is_again(const struct sock *s) {
    for (uint64_t h = 1; h <= last_handle; h++) {
        const struct sock *other = socks[h];
        if (other != NULL && other->pcb != NULL && !other->is_listener
            && other->pcb->local_port == s->own_port
            && other->pcb->remote_port == s->other_port
            && ip_addr_cmp(&other->pcb->local_ip, &s->own)
            && ip_addr_cmp(&other->pcb->remote_ip, &s->other))
            return true;
    }
    return false;
}

static void end(struct sock *s, int64_t id, enum verb verb) {
    struct tcp_pcb *pcb = s->pcb;
    if (pcb != NULL) {
        sock_let_go(s);
        if (s->is_listener)
            tcp_close(pcb);
        else if (verb == ABORT || tcp_close(pcb) != ERR_OK)
            tcp_abort(pcb);
    } else if (verb == ABORT && s->is_shut && s->is_end && s->failure == 0 && !is_again(s)) {
        tcpconf_tcp_abort(&s->own, s->own_port, &s->other, s->other_port);
    }
    release(s);
    lines_write("%lld ok", (long long)id);
}

// Makes every call that can be made now.
static void advance(struct sock *s) {
    struct call *call;
    if (s->is_end && s->is_shut && s->pcb != NULL) {
        // Both directions are closed: lwIP frees it some time, and tells nobody.
        struct tcp_pcb *pcb = s->pcb;
        sock_let_go(s);
        tcp_close(pcb);
    }
    while ((call = queue_next(&s->accepts)) != NULL && make_accept(s, call))
        queue_drop(&s->accepts);
    while ((call = queue_next(&s->receives)) != NULL && make_receive(s, call))
        queue_drop(&s->receives);
    while ((call = queue_next(&s->sends)) != NULL) {
        if (call->verb == CLOSE) {
            int64_t id = call->id;
            queue_drop(&s->sends);
            end(s, id, CLOSE);
            return;
        }
        if (!make_send(s, call))
            break;
        queue_drop(&s->sends);
    }
    watch_all(s);
}

void sockets_work(void) {
    while (stirred != NULL) {
        struct sock *s = stirred;
        stirred = s->next_stirred;
        s->is_stirred = false;
        if (!s->is_released) {
            advance(s);
        } else {
            free(s->text);
            free(s);
        }
    }
}

void socket_ready(uint64_t handle) { sock_stir(find(handle)); }

void socket_start(uint64_t handle, struct call *call) {
    struct sock *s = find(handle);
    switch (call->verb) {
    case ABORT: {
        int64_t id = call->id;
        call_free(call);
        end(s, id, ABORT);
        return;
    }
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
