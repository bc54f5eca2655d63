// Sockets of the user calls, and what lwIP's callbacks do with them.
#include <stdlib.h>
#include <string.h>

#include "sockets.h"

#define KEPT __attribute__((section(".tcpconf_kept")))
#define FIRST_BUFFER 2048u
#define ENTRY_ALIGNMENT 8u

struct reply_entry {
    struct reply reply;
    uint8_t text[];
};

struct socket *sockets;
struct early *earlies;
uint32_t calls_replies;

// What nobody uses now, to be used again: lwIP has only the address of a socket, and looks into none.
static struct socket *spare_sockets KEPT;
static struct early *spare_earlies KEPT;
static struct waiting *spare_waiting KEPT;

// Replies one behind the other. Not lwIP's: the room keeps its size.
static uint8_t *room KEPT;
static size_t room_size KEPT;
static size_t first_reply, end_of_replies;

static size_t size_of_entry(size_t length) {
    size_t size = sizeof(struct reply_entry) + length;
    return (size + ENTRY_ALIGNMENT - 1) & ~(size_t)(ENTRY_ALIGNMENT - 1);
}

// Both stay where they are until the next one is made.
static struct reply *answer_text(int32_t id, int error, uint32_t length, uint8_t **text) {
    size_t size = size_of_entry(length);
    if (calls_replies == 0)
        first_reply = end_of_replies = 0;
    if (end_of_replies + size > room_size) {
        room_size = 2 * (end_of_replies + size);
        room = realloc(room, room_size);
    }
    struct reply_entry *entry = (struct reply_entry *)(room + end_of_replies);
    end_of_replies += size;
    memset(entry, 0, sizeof *entry);
    entry->reply.id = id;
    entry->reply.error = error;
    entry->reply.length = (int32_t)length;
    calls_replies++;
    *text = entry->text;
    return &entry->reply;
}

struct reply *sockets_answer(int32_t id, int error) {
    uint8_t *none;
    return answer_text(id, error, 0, &none);
}

int calls_take(struct reply *reply, uint8_t *text) {
    if (calls_replies == 0)
        return 0;
    const struct reply_entry *entry = (const struct reply_entry *)(room + first_reply);
    first_reply += size_of_entry((size_t)entry->reply.length);
    calls_replies--;
    *reply = entry->reply;
    memcpy(text, entry->text, (size_t)entry->reply.length);
    return 1;
}

int sockets_same_own(const struct call_pair *a, const struct call_pair *b) {
    return a->own_port == b->own_port && a->is_v6 == b->is_v6
        && memcmp(a->own, b->own, a->is_v6 ? 16 : 4) == 0;
}

static int same_pair(const struct call_pair *a, const struct call_pair *b) {
    return a->other_port == b->other_port && sockets_same_own(a, b)
        && memcmp(a->other, b->other, a->is_v6 ? 16 : 4) == 0;
}

struct socket *sockets_find(const struct call_pair *pair, int is_listener) {
    for (struct socket *s = sockets; s != NULL; s = s->next)
        if (!s->is_released && s->is_listener == is_listener
            && (is_listener ? sockets_same_own(&s->pair, pair) : same_pair(&s->pair, pair)))
            return s;
    return NULL;
}

struct socket *sockets_add(const struct call_pair *pair) {
    struct socket *s = spare_sockets;
    uint8_t *text = NULL;
    uint32_t text_size = 0;
    if (s == NULL) {
        s = malloc(sizeof *s);
    } else {
        spare_sockets = s->next;
        text = s->text;
        text_size = s->text_size;
    }
    memset(s, 0, sizeof *s);
    s->text = text;
    s->text_size = text_size;
    s->pair = *pair;
    s->next = sockets;
    sockets = s;
    return s;
}

static void octets(uint8_t *to, const ip_addr_t *ip) {
    if (IP_IS_V6(ip))
        memcpy(to, ip_2_ip6(ip)->addr, 16);
    else
        memcpy(to, &ip_2_ip4(ip)->addr, 4);
}

// lwIP forgets us; it goes on with the connection by itself.
void sockets_let_go(struct socket *s) {
    struct tcp_pcb *pcb = s->pcb;
    s->pcb = NULL;
    tcp_arg(pcb, NULL);
    if (s->is_listener)
        return;
    tcp_err(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_recv(pcb, NULL);
}

int sockets_error_of(err_t err) {
    switch (err) {
    case ERR_OK: return CALL_OK;
    case ERR_RST: return CALL_RESET;
    case ERR_ABRT: return CALL_TIMED_OUT;
    case ERR_RTE: return CALL_UNREACHABLE;
    case ERR_USE: return CALL_ADDRESS_IN_USE;
    case ERR_CONN: case ERR_CLSD: return CALL_CLOSING;
    case ERR_VAL: case ERR_ARG: return CALL_INVALID_ADDRESS;
    default: return CALL_OTHER;
    }
}

static void on_error(void *arg, err_t err) {
    struct socket *s = arg;
    if (s == NULL)
        return;
    s->pcb = NULL; // lwIP has freed it
    s->error = err == ERR_CLSD ? CALL_OK : sockets_error_of(err);
    if (s->connect_id != 0 && err == ERR_RST)
        s->error = CALL_REFUSED;
    sockets_pump(s);
}

static void keep(struct socket *s, const struct pbuf *p) {
    if (p->tot_len == 0)
        return;
    uint32_t end = s->text_first + s->text_length;
    if (end + p->tot_len > s->text_size) {
        if (s->text_length > 0)
            memmove(s->text, s->text + s->text_first, s->text_length);
        s->text_first = 0;
        end = s->text_length;
        while (end + p->tot_len > s->text_size)
            s->text_size = s->text_size == 0 ? FIRST_BUFFER : 2 * s->text_size;
        s->text = realloc(s->text, s->text_size);
    }
    pbuf_copy_partial(p, s->text + end, p->tot_len, 0);
    s->text_length += p->tot_len;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err) {
    struct socket *s = arg;
    LWIP_UNUSED_ARG(err);
    if (p == NULL) {
        s->is_end = 1;
        if (s->is_shut) {
            // Both directions are closed: lwIP frees it some time, and tells nobody.
            sockets_let_go(s);
            tcp_close(pcb);
        }
    } else {
        keep(s, p);
        pbuf_free(p);
    }
    sockets_pump(s);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length) {
    LWIP_UNUSED_ARG(pcb);
    LWIP_UNUSED_ARG(length);
    sockets_pump(arg);
    return ERR_OK;
}

void sockets_adopt(struct socket *s, struct tcp_pcb *pcb) {
    s->pcb = pcb;
    tcp_arg(pcb, s);
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    tcp_sent(pcb, on_sent);
}

err_t sockets_on_connected(void *arg, struct tcp_pcb *pcb, err_t err) {
    struct socket *s = arg;
    LWIP_UNUSED_ARG(pcb);
    LWIP_UNUSED_ARG(err);
    if (s == NULL)
        return ERR_OK;
    s->is_open = 1;
    sockets_pump(s);
    return ERR_OK;
}

err_t sockets_on_accept(void *arg, struct tcp_pcb *pcb, err_t err) {
    struct socket *listener = arg;
    if (listener == NULL || pcb == NULL || err != ERR_OK)
        return ERR_VAL;
    struct call_pair pair;
    memset(&pair, 0, sizeof pair);
    pair.is_v6 = IP_IS_V6_VAL(pcb->local_ip);
    octets(pair.own, &pcb->local_ip);
    octets(pair.other, &pcb->remote_ip);
    pair.own_port = pcb->local_port;
    pair.other_port = pcb->remote_port;
    // A connection of the same pair that has ended is forgotten.
    struct socket *old = sockets_find(&pair, 0);
    if (old != NULL)
        old->is_released = 1;
    struct socket *s = sockets_add(&pair);
    s->is_open = 1;
    sockets_adopt(s, pcb);
    for (struct early **e = &earlies; *e != NULL; e = &(*e)->next) {
        if (same_pair(&(*e)->pair, &pair)) {
            sockets_answer((*e)->id, CALL_OK);
            s->is_taken = 1;
            sockets_free_early(e);
            break;
        }
    }
    return ERR_OK;
}

static void shut(struct socket *s, struct waiting *w) {
    struct tcp_pcb *pcb = s->pcb;
    if (w->kind == CALL_CLOSE) {
        if (pcb != NULL) {
            sockets_let_go(s);
            if (tcp_close(pcb) != ERR_OK)
                tcp_abort(pcb);
        }
    } else if (pcb != NULL && pcb->state == SYN_SENT) {
        // RFC 9293 §3.10.4: CLOSE deletes the connection; lwIP's shutdown would refuse.
        sockets_let_go(s);
        s->error = CALL_CLOSING;
        tcp_close(pcb);
    } else if (pcb != NULL && !s->is_shut) {
        err_t err = tcp_shutdown(pcb, 0, 1);
        s->is_shut = err == ERR_OK;
        if (err != ERR_OK) {
            sockets_answer(w->id, sockets_error_of(err));
            return;
        }
        if (s->is_end) {
            sockets_let_go(s);
            tcp_close(pcb);
        }
    }
    sockets_answer(w->id, CALL_OK);
}

// lwIP takes all that it is given or nothing, and small segments fill its queue before its buffer.
static err_t write_some(struct tcp_pcb *pcb, const uint8_t *text, u16_t *part) {
    err_t err = ERR_MEM;
    for (; *part > 0; *part /= 2) {
        err = tcp_write(pcb, text, *part, TCP_WRITE_FLAG_COPY);
        if (err != ERR_MEM)
            break;
    }
    return err;
}

// One call of the row of those that send; 0: it has to wait.
static int send_some(struct socket *s, struct waiting *w) {
    if (w->kind != CALL_SEND) {
        shut(s, w);
        return 1;
    }
    if (s->is_shut || s->pcb == NULL) {
        int error = s->is_shut || s->error == CALL_OK ? CALL_CLOSING : s->error;
        sockets_answer(w->id, error)->count = w->done;
        return 1;
    }
    while (w->done < w->length) {
        uint32_t room = tcp_sndbuf(s->pcb);
        uint32_t rest = (uint32_t)(w->length - w->done);
        u16_t part = (u16_t)(rest < room ? rest : room);
        err_t err = write_some(s->pcb, w->text + w->done, &part);
        if (err == ERR_MEM) {
            tcp_output(s->pcb);
            return 0;
        }
        if (err != ERR_OK) {
            sockets_answer(w->id, sockets_error_of(err))->count = w->done;
            return 1;
        }
        w->done += part;
    }
    tcp_output(s->pcb);
    sockets_answer(w->id, CALL_OK)->count = w->done;
    return 1;
}

static void receive_some(struct socket *s) {
    uint8_t *text;
    if (s->text_length > 0) {
        uint32_t most = (uint32_t)s->receive_most;
        uint32_t n = s->text_length < most ? s->text_length : most;
        answer_text(s->receive_id, CALL_OK, n, &text);
        memcpy(text, s->text + s->text_first, n);
        s->text_first += n;
        s->text_length -= n;
        s->receive_id = 0;
        for (uint32_t told = 0; s->pcb != NULL && told < n;) {
            u16_t part = (u16_t)(n - told > 0xffff ? 0xffff : n - told);
            tcp_recved(s->pcb, part);
            told += part;
        }
    } else if (s->is_end && s->error == CALL_OK) {
        sockets_answer(s->receive_id, CALL_OK)->is_end = 1;
        s->receive_id = 0;
    } else if (s->pcb == NULL) {
        sockets_answer(s->receive_id, s->error == CALL_OK ? CALL_NOT_CONNECTED : s->error);
        s->receive_id = 0;
    }
}

void sockets_pump(struct socket *s) {
    if (s == NULL)
        return;
    if (s->connect_id != 0 && (s->is_open || s->pcb == NULL)) {
        sockets_answer(s->connect_id, s->is_open ? CALL_OK : s->error);
        s->connect_id = 0;
    }
    // RFC 9293 §3.9.1.3: a reset connection gives no more text, an error does not wait behind it.
    if (s->error != CALL_OK)
        s->text_length = 0;
    if (s->receive_id != 0)
        receive_some(s);
    while (s->sends != NULL && send_some(s, s->sends)) {
        struct waiting *done = s->sends;
        s->sends = done->next;
        sockets_free_waiting(done);
    }
}

void sockets_free(struct socket *s) {
    while (s->sends != NULL) {
        struct waiting *w = s->sends;
        s->sends = w->next;
        sockets_free_waiting(w);
    }
    s->next = spare_sockets;
    spare_sockets = s;
}

struct waiting *sockets_add_waiting(struct socket *s, const struct call *c, uint32_t length) {
    struct waiting *w = length == 0 ? spare_waiting : NULL, **last = &s->sends;
    if (w != NULL)
        spare_waiting = w->next;
    else
        w = malloc(sizeof *w + length);
    memset(w, 0, sizeof *w);
    w->id = c->id;
    w->kind = c->kind;
    w->length = (int32_t)length;
    while (*last != NULL)
        last = &(*last)->next;
    return *last = w;
}

// Text is what lwIP reads: it has an allocation of its own, so that the sanitizer knows its end.
void sockets_free_waiting(struct waiting *w) {
    if (w->length > 0) {
        free(w);
        return;
    }
    w->next = spare_waiting;
    spare_waiting = w;
}

void sockets_add_early(const struct call *c) {
    struct early *e = spare_earlies, **last = &earlies;
    if (e != NULL)
        spare_earlies = e->next;
    else
        e = malloc(sizeof *e);
    e->next = NULL;
    e->id = c->id;
    e->pair = c->pair;
    while (*last != NULL)
        last = &(*last)->next;
    *last = e;
}

void sockets_free_early(struct early **e) {
    struct early *found = *e;
    *e = found->next;
    found->next = spare_earlies;
    spare_earlies = found;
}

void sockets_sweep(void) {
    for (struct socket **at = &sockets; *at != NULL;) {
        struct socket *s = *at;
        if (!s->is_released || s->pcb != NULL || s->sends != NULL) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        sockets_free(s);
    }
}

void sockets_clear_replies(void) { calls_replies = 0; }
