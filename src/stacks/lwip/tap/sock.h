// Sockets of the upper tester (specs/upper-tester.md) over lwIP's raw API: what these files know of
// each other.
#ifndef TCPCONF_SOCK_H
#define TCPCONF_SOCK_H

// Both have a LISTEN: a state, and a verb.
#define LISTEN STATE_LISTEN
#include "../stack.h"
#undef LISTEN
#include "sockets/tester.h"

#define MOST_OPTIONS 32

// An option that is known, with a value that it can have.
struct setting {
    int kind;
    uint32_t value;
};

// A handle, or a connection that nobody has accepted yet. The queues are those of sockets/sockets.c.
struct sock {
    uint64_t handle;
    struct tcp_pcb *pcb; // null: lwIP has given it up, or we have
    bool is_listener, is_connecting, is_end, is_shut;
    bool is_released;    // no handle leads here any more
    bool is_stirred;     // something has happened: in the list of those to be looked at
    int failure;         // what ended the connection, told again and again
    ip_addr_t own, other;
    uint16_t own_port, other_port;
    struct queue sends, receives, accepts, watches;
    uint8_t *text;       // that has come and was not received
    size_t text_first, text_length, text_size;
    struct setting settings[MOST_OPTIONS];
    size_t setting_count;
    struct sock *next_stirred;
    struct sock *next_early, *first_early; // of a listener: connections that were not accepted
};

// ---- sockets.c ----

struct sock *sock_new(struct tcp_pcb *pcb);
// Has it looked at once lwIP has returned.
void sock_stir(struct sock *s);
// Looks at all to which something has happened.
void sockets_work(void);

// ---- callbacks.c: what lwIP tells ----

err_t sock_on_accept(void *arg, struct tcp_pcb *pcb, err_t err);
err_t sock_on_connected(void *arg, struct tcp_pcb *pcb, err_t err);
void sock_adopt(struct sock *s, struct tcp_pcb *pcb);
// lwIP forgets us; it goes on with the connection by itself.
void sock_let_go(struct sock *s);
int sock_error_of(err_t err);

// ---- settings.c: options of a connection ----

// 0 or the error number.
int setting_read(const struct option *option, struct setting *setting);
void setting_apply(struct tcp_pcb *pcb, struct setting setting);
const char *sock_state_name(const struct sock *s);

#endif
