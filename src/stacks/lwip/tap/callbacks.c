// What lwIP tells of a connection is noted here; calls that wait go on once it has returned.
#include "sock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUFFER 2048u

int sock_error_of(err_t err) {
    switch (err) {
    case ERR_OK: return 0;
    case ERR_RST: return ECONNRESET;
    case ERR_ABRT: return ETIMEDOUT; // lwIP's only reason to give up by itself
    case ERR_RTE: return EHOSTUNREACH;
    case ERR_USE: return EADDRINUSE;
    case ERR_CONN: case ERR_CLSD: return EPIPE;
    case ERR_MEM: case ERR_BUF: return ENOBUFS;
    default: return EINVAL;
    }
}

static void on_error(void *arg, err_t err) {
    struct sock *s = arg;
    if (s == NULL)
        return;
    s->pcb = NULL; // lwIP has freed it
    if (err != ERR_CLSD)
        s->failure = s->is_connecting && err == ERR_RST ? ECONNREFUSED : sock_error_of(err);
    // RFC 9293 §3.10.7.4, second: what the user has not received is flushed.
    if (s->failure != 0)
        s->text_length = 0;
    sock_stir(s);
}

static void keep(struct sock *s, const struct pbuf *p) {
    size_t end = s->text_first + s->text_length;
    if (end + p->tot_len > s->text_size) {
        if (s->text_length > 0)
            memmove(s->text, s->text + s->text_first, s->text_length);
        s->text_first = 0;
        end = s->text_length;
        while (end + p->tot_len > s->text_size)
            s->text_size = s->text_size == 0 ? FIRST_BUFFER : 2 * s->text_size;
        s->text = realloc(s->text, s->text_size);
        if (s->text == NULL)
            abort();
    }
    pbuf_copy_partial(p, s->text + end, p->tot_len, 0);
    s->text_length += p->tot_len;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err) {
    struct sock *s = arg;
    (void)pcb;
    (void)err;
    if (p == NULL) {
        s->is_end = true;
    } else {
        keep(s, p);
        pbuf_free(p);
    }
    sock_stir(s);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length) {
    (void)pcb;
    (void)length;
    sock_stir(arg);
    return ERR_OK;
}

void sock_adopt(struct sock *s, struct tcp_pcb *pcb) {
    s->pcb = pcb;
    tcp_arg(pcb, s);
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    tcp_sent(pcb, on_sent);
}

void sock_let_go(struct sock *s) {
    struct tcp_pcb *pcb = s->pcb;
    s->pcb = NULL;
    s->own = pcb->local_ip;
    s->other = pcb->remote_ip;
    s->own_port = pcb->local_port;
    s->other_port = pcb->remote_port;
    tcp_arg(pcb, NULL);
    if (s->is_listener)
        return;
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
}

err_t sock_on_connected(void *arg, struct tcp_pcb *pcb, err_t err) {
    struct sock *s = arg;
    (void)pcb;
    (void)err;
    if (s != NULL) {
        s->is_connecting = false;
        sock_stir(s);
    }
    return ERR_OK;
}

err_t sock_on_accept(void *arg, struct tcp_pcb *pcb, err_t err) {
    struct sock *listener = arg, **last;
    if (listener == NULL || pcb == NULL || err != ERR_OK)
        return ERR_VAL;
    struct sock *s = sock_new(pcb);
    s->other = pcb->remote_ip;
    s->other_port = pcb->remote_port;
    sock_adopt(s, pcb);
    for (size_t i = 0; i < listener->setting_count; i++)
        setting_apply(pcb, listener->settings[i]);
    for (last = &listener->first_early; *last != NULL;)
        last = &(*last)->next_early;
    *last = s;
    sock_stir(listener);
    return ERR_OK;
}
