// User calls over lwIP's raw API.
#include <stdlib.h>
#include <string.h>

#include "lwip/ip.h"
#include "sockets.h"
#include "stack.h"

#define BACKLOG 255

static void address(ip_addr_t *ip, const uint8_t *octets, int is_v6) {
    memset(ip, 0, sizeof *ip);
    IP_SET_TYPE_VAL(*ip, is_v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4);
    if (is_v6)
        memcpy(ip_2_ip6(ip)->addr, octets, 16);
    else
        memcpy(&ip_2_ip4(ip)->addr, octets, 4);
}

static void cancel(struct socket *s, int error) {
    if (s->connect_id != 0)
        sockets_answer(s->connect_id, error);
    if (s->receive_id != 0)
        sockets_answer(s->receive_id, error);
    s->connect_id = s->receive_id = 0;
    while (s->sends != NULL) {
        struct waiting *w = s->sends;
        sockets_answer(w->id, error)->count = w->done;
        s->sends = w->next;
        sockets_free_waiting(w);
    }
}

static void start_listen(const struct call *c) {
    ip_addr_t own;
    address(&own, c->pair.own, c->pair.is_v6);
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&own));
    ip_set_option(pcb, SOF_REUSEADDR);
    err_t err = tcp_bind(pcb, &own, c->pair.own_port);
    struct tcp_pcb *listening =
        err == ERR_OK ? tcp_listen_with_backlog_and_err(pcb, BACKLOG, &err) : NULL;
    if (listening == NULL) {
        tcp_abort(pcb);
        sockets_answer(c->id, sockets_error_of(err));
        return;
    }
    struct socket *s = sockets_add(&c->pair);
    s->is_listener = 1;
    s->pcb = listening;
    tcp_arg(listening, s);
    tcp_accept(listening, sockets_on_accept);
    sockets_answer(c->id, CALL_OK);
}

static void stop_listening(const struct call *c) {
    struct socket *s = sockets_find(&c->pair, 1);
    if (s == NULL) {
        sockets_answer(c->id, CALL_NOT_CONNECTED);
        return;
    }
    struct tcp_pcb *pcb = s->pcb;
    sockets_let_go(s);
    tcp_close(pcb);
    s->is_released = 1;
    for (struct early **e = &earlies; *e != NULL;) {
        if (!sockets_same_own(&(*e)->pair, &c->pair)) {
            e = &(*e)->next;
            continue;
        }
        sockets_answer((*e)->id, CALL_NOT_CONNECTED);
        sockets_free_early(e);
    }
    sockets_answer(c->id, CALL_OK);
}

static void start_connect(const struct call *c) {
    ip_addr_t own, other;
    address(&own, c->pair.own, c->pair.is_v6);
    address(&other, c->pair.other, c->pair.is_v6);
    if (ip_addr_ismulticast(&other)
        || (!c->pair.is_v6 && ip4_addr_get_u32(ip_2_ip4(&other)) == IPADDR_BROADCAST)) {
        sockets_answer(c->id, CALL_INVALID_ADDRESS);
        return;
    }
    if (c->pair.own_is_any)
        ip_addr_set_any(c->pair.is_v6, &own);
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&other));
    ip_set_option(pcb, SOF_REUSEADDR);
    struct socket *old = sockets_find(&c->pair, 0);
    struct socket *s = sockets_add(&c->pair);
    sockets_adopt(s, pcb);
    s->connect_id = c->id;
    err_t err = tcp_bind(pcb, &own, c->pair.own_port);
    if (err == ERR_OK)
        err = tcp_connect(pcb, &other, c->pair.other_port, sockets_on_connected);
    if (err != ERR_OK) {
        s->connect_id = 0;
        s->is_released = 1;
        sockets_let_go(s);
        tcp_abort(pcb);
        sockets_answer(c->id, sockets_error_of(err));
    } else if (old != NULL) {
        old->is_released = 1;
    }
}

static void start_accept(const struct call *c) {
    struct socket *s = sockets_find(&c->pair, 0);
    if (s != NULL && (!s->is_taken || s->pcb != NULL)) {
        s->is_taken = 1;
        sockets_answer(c->id, CALL_OK);
    } else if (sockets_find(&c->pair, 1) == NULL) {
        sockets_answer(c->id, CALL_NOT_CONNECTED);
    } else {
        sockets_add_early(c);
    }
}

static int set_option(struct tcp_pcb *pcb, const struct call *c) {
    switch (c->option) {
    case OPTION_NO_DELAY:
        if (c->value) {
            tcp_nagle_disable(pcb);
            if (pcb->state != CLOSED)
                tcp_output(pcb);
        } else {
            tcp_nagle_enable(pcb);
        }
        return CALL_OK;
    case OPTION_KEEP_ALIVE:
        if (c->value)
            ip_set_option(pcb, SOF_KEEPALIVE);
        else
            ip_reset_option(pcb, SOF_KEEPALIVE);
        return CALL_OK;
    case OPTION_KEEP_IDLE: pcb->keep_idle = (u32_t)c->value; return CALL_OK;
    case OPTION_KEEP_INTERVAL: pcb->keep_intvl = (u32_t)c->value; return CALL_OK;
    case OPTION_KEEP_COUNT: pcb->keep_cnt = (u32_t)c->value; return CALL_OK;
    case OPTION_TRAFFIC_CLASS: pcb->tos = (u8_t)c->value; return CALL_OK;
    case OPTION_HOP_LIMIT: pcb->ttl = (u8_t)c->value; return CALL_OK;
    default: return CALL_OTHER;
    }
}

static void queue(struct socket *s, const struct call *c) {
    uint32_t length = c->kind == CALL_SEND ? (uint32_t)c->length : 0;
    struct waiting *w = sockets_add_waiting(s, c, length);
    if (length > 0)
        memcpy(w->text, c->text, length);
    if (s->sends == w)
        sockets_pump(s);
}

// RFC 9293 §3.10.4, §3.10.5: what waits on the connection is told before the CLOSE returns.
static void end(struct socket *s, const struct call *c) {
    struct tcp_pcb *pcb = s->pcb;
    s->is_released = 1;
    if (c->kind == CALL_CLOSE && s->sends != NULL) {
        queue(s, c);
        return;
    }
    if (c->kind == CALL_CLOSE) {
        cancel(s, CALL_CLOSING);
        queue(s, c);
        return;
    }
    if (pcb != NULL) {
        sockets_let_go(s);
        tcp_abort(pcb);
    } else if (s->error == CALL_OK) {
        ip_addr_t own, other;
        address(&own, c->pair.own, c->pair.is_v6);
        address(&other, c->pair.other, c->pair.is_v6);
        tcpconf_tcp_abort(&own, c->pair.own_port, &other, c->pair.other_port);
    }
    cancel(s, CALL_RESET);
    sockets_answer(c->id, CALL_OK);
}

static void start_on_connection(const struct call *c) {
    struct socket *s = sockets_find(&c->pair, 0);
    if (s == NULL) {
        sockets_answer(c->id, CALL_NOT_CONNECTED);
        return;
    }
    switch (c->kind) {
    case CALL_SEND:
    case CALL_SHUTDOWN:
        if (c->kind == CALL_SHUTDOWN && s->connect_id != 0) {
            sockets_answer(s->connect_id, CALL_CLOSING);
            s->connect_id = 0;
        }
        queue(s, c);
        break;
    case CALL_RECEIVE:
        if (s->receive_id != 0) {
            sockets_answer(c->id, CALL_OTHER);
            break;
        }
        s->receive_id = c->id;
        s->receive_most = c->value;
        sockets_pump(s);
        break;
    case CALL_CLOSE:
    case CALL_ABORT:
        end(s, c);
        break;
    case CALL_SET_OPTION:
        sockets_answer(c->id, s->pcb == NULL ? CALL_NOT_CONNECTED : set_option(s->pcb, c));
        break;
    default:
        sockets_answer(c->id, CALL_OTHER);
        break;
    }
}

void calls_start(const struct call *c) {
    sockets_sweep();
    switch (c->kind) {
    case CALL_LISTEN: start_listen(c); break;
    case CALL_STOP_LISTENING: stop_listening(c); break;
    case CALL_CONNECT: start_connect(c); break;
    case CALL_ACCEPT: start_accept(c); break;
    case CALL_ABORT:
        if (c->pair.other_port == 0) {
            stop_listening(c);
            break;
        }
        // fallthrough
    default: start_on_connection(c); break;
    }
}

void calls_clear(void) {
    sockets_clear_replies();
    while (earlies != NULL)
        sockets_free_early(&earlies);
    while (sockets != NULL) {
        struct socket *s = sockets;
        sockets = s->next;
        sockets_free(s);
    }
}
