// Sockets of the user calls, and the callbacks of lwIP that move them on.
#ifndef TCPCONF_SOCKETS_H
#define TCPCONF_SOCKETS_H

#include "calls.h"
#include "lwip/tcp.h"

// A SEND that lwIP has not taken whole; behind it the calls that wait for it.
struct waiting {
    struct waiting *next;
    int32_t id, kind, length, done;
    uint8_t text[];
};

// A connection or a listener.
struct socket {
    struct socket *next;
    struct tcp_pcb *pcb; // null: lwIP has given it up, or we have
    struct call_pair pair;
    int is_listener, is_open, is_end, is_shut;
    int is_taken;        // by ACCEPT or CONNECT: a user has it
    int is_released;     // the user has closed it: no call finds it
    int error;           // why lwIP has given it up
    int32_t connect_id, accept_id, receive_id, receive_most;
    struct waiting *sends;
    uint8_t *text;       // that has come and was not received
    uint32_t text_first, text_length, text_size;
};

// An ACCEPT that came before its connection.
struct early {
    struct early *next;
    int32_t id;
    struct call_pair pair;
};

extern struct socket *sockets;
extern struct early *earlies;

// A reply without text.
struct reply *sockets_answer(int32_t id, int error);
// Gives up replies that nobody has taken.
void sockets_clear_replies(void);

int sockets_same_own(const struct call_pair *a, const struct call_pair *b);
struct socket *sockets_find(const struct call_pair *pair, int is_listener);
struct socket *sockets_add(const struct call_pair *pair);
// Frees what no call and no callback can reach any more.
void sockets_sweep(void);
void sockets_free(struct socket *s);

// What waits on a socket behind all others, with room for so much text; and one that waits no more.
struct waiting *sockets_add_waiting(struct socket *s, const struct call *c, uint32_t length);
void sockets_free_waiting(struct waiting *w);
void sockets_add_early(const struct call *c);
// Takes it out of the list in which this link leads to it.
void sockets_free_early(struct early **e);

// Between a connection of lwIP and its socket.
void sockets_adopt(struct socket *s, struct tcp_pcb *pcb);
void sockets_let_go(struct socket *s);
err_t sockets_on_accept(void *arg, struct tcp_pcb *pcb, err_t err);
err_t sockets_on_connected(void *arg, struct tcp_pcb *pcb, err_t err);
int sockets_error_of(err_t err);

// Lets calls that wait go on.
void sockets_pump(struct socket *s);

#endif
