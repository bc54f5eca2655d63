// What the files of this folder know of each other: the stack, its clock and its link.
#ifndef TCPCONF_STACK_H
#define TCPCONF_STACK_H

#include <setjmp.h>
#include <stdint.h>

#include "lwip/netif.h"
#include "lwip/tcp.h"

// Milliseconds on lwIP's clock; moved by whoever drives the stack.
extern uint64_t tcpconf_now;

// Seeds random numbers and the secret of the ISNs (RFC 6528 §3).
void tcpconf_seed(uint64_t seed);

// Allocations of lwIP that have not been freed.
extern int64_t tcpconf_live;
// Frees the youngest, until so many are left.
void tcpconf_free_all(int64_t but);

// Where a failed assertion of lwIP's goes on, and what it says; null: the process ends.
void tcpconf_escape_to(jmp_buf *place);
const char *tcpconf_said(void);
// Says why lwIP cannot go on.
void tcpconf_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Says that, unless it has been said, and goes there; returns if there is no such place.
void tcpconf_leave(const char *format, ...);
// Whether this thread is in lwIP and has such a place.
int tcpconf_is_inside(void);

// Adds the interface.
void tcpconf_link_open(const uint8_t v4[4], uint8_t v4_prefix, const uint8_t v6[16],
    netif_init_fn start, netif_input_fn input);
extern struct netif tcpconf_netif;
// Starts it where packets cross without frames.
err_t tcpconf_link_packets(struct netif *netif);
// Has a packet or frame of lwIP's wait.
err_t tcpconf_link_put(struct netif *netif, struct pbuf *p);

// Gives lwIP a packet or frame.
void tcpconf_link_deliver(const uint8_t *octets, uint32_t length);

// Packets or frames that lwIP has sent and nobody has taken; lies outside of lwIP's state.
extern uint32_t tcpconf_link_waiting;
uint32_t tcpconf_link_take(const uint8_t **octets);
void tcpconf_link_clear(void);

// lwIP's timers.
void tcpconf_ticks_start(void);
uint64_t tcpconf_ticks_due(void); // UINT64_MAX: nothing runs
void tcpconf_ticks_run(uint64_t until);
void tcpconf_ticks_skip_idle(int on);

// Aborts the connection of a pair if there is one.
void tcpconf_tcp_abort(
    const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote, uint16_t remote_port);

// Gives up every connection and listener without a word.
void tcpconf_tcp_clear(void);

#endif
