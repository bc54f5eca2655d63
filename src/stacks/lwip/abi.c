// What the program calls where lwIP runs in its process: one stack, reset between inputs.
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/priv/tcp_priv.h"
#include "reports.h"
#include "stack.h"

#define EXPORT __attribute__((visibility("default")))
#define KEPT __attribute__((section(".tcpconf_kept")))

// All variables of lwIP and of these files lie between these places (state.ld).
extern uint64_t tcpconf_state_begin[] __attribute__((visibility("hidden")));
extern uint64_t tcpconf_state_end[] __attribute__((visibility("hidden")));

struct setup {
    uint8_t v4[4];
    uint8_t v6[16];
    uint8_t v4_prefix;
    uint8_t skips_idle;
    uint8_t reserved[2];
};

// Read by the program without a call.
struct view {
    uint64_t now, due;
    uint32_t packets, replies;
    const char *said; // by a failed assertion or a report; null: lwIP is well
    const char *report; // the whole of it; null: there is none
};

static struct view view KEPT;
static uint64_t *state KEPT;
static int64_t live KEPT;
static jmp_buf escape KEPT;
static int is_used KEPT; // since the last reset

static void show(void) {
    tcpconf_escape_to(NULL);
    view.now = tcpconf_now;
    view.due = tcpconf_ticks_due();
    view.packets = tcpconf_link_waiting;
    view.replies = calls_replies;
}

// What lwIP holds then means nothing any more.
static void lose(void) {
    tcpconf_escape_to(NULL);
    view.said = tcpconf_said();
    view.report = tcpconf_report();
    view.packets = view.replies = 0;
    view.due = UINT64_MAX;
}

// lwIP goes no further than a failed assertion. Some reports let it return.
#define GUARDED(statement)                  \
    do {                                    \
        if (view.said != NULL)              \
            break;                          \
        is_used = 1;                        \
        if (_setjmp(escape) == 0) {         \
            tcpconf_escape_to(&escape);     \
            statement;                      \
            if (tcpconf_report() == NULL)   \
                show();                     \
            else                            \
                lose();                     \
        } else {                            \
            lose();                         \
        }                                   \
    } while (0)

// Not memcpy, since the sanitizer's would mind the gaps between variables.
#if defined(__clang__)
#define UNSEEN __attribute__((no_sanitize("address", "undefined", "coverage"), noinline))
#else
#define UNSEEN __attribute__((noinline))
#endif

static UNSEEN void copy(uint64_t *to, const uint64_t *from, size_t words) {
#if defined(__x86_64__)
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
#else
    for (size_t i = 0; i < words; i++)
        ((volatile uint64_t *)to)[i] = from[i];
#endif
}

EXPORT const struct view *tcpconf_lwip_open(const struct setup *setup) {
    size_t words = (size_t)(tcpconf_state_end - tcpconf_state_begin);
    if (state == NULL) {
        tcpconf_reports_begin();
        tcpconf_ticks_skip_idle(setup->skips_idle);
        lwip_init();
        tcpconf_link_open(setup->v4, setup->v4_prefix, setup->v6, tcpconf_link_packets, ip_input);
        state = malloc(words * sizeof *state);
        copy(state, tcpconf_state_begin, words);
        live = tcpconf_live;
    }
    return &view;
}

static void give_up(void) {
    tcpconf_tcp_clear();
    // Fragments wait for the rest of their datagram for so many seconds.
    for (int i = 0; tcpconf_live > live && i <= IP_REASS_MAXAGE; i++)
        ip_reass_tmr();
    for (int i = 0; tcpconf_live > live && i <= IPV6_REASS_MAXAGE; i++)
        ip6_reass_tmr();
}

// Every input finds the same stack. Returns how many allocations lwIP has forgotten to free.
EXPORT int64_t tcpconf_lwip_reset(uint64_t now, uint64_t seed) {
    int64_t lost = 0;
    if (is_used) {
        GUARDED(give_up());
        lost = view.said == NULL ? tcpconf_live - live : 0;
        calls_clear();
        tcpconf_link_clear();
        tcpconf_free_all(live);
        view.said = view.report = NULL;
        tcpconf_report_clear();
        copy(tcpconf_state_begin, state, (size_t)(tcpconf_state_end - tcpconf_state_begin));
        is_used = 0;
    }
    tcpconf_now = now;
    tcpconf_seed(seed);
    tcp_init(); // the first port is random
    show();
    return lost;
}

#ifdef TCPCONF_PLANTED_REPORTS
// For the test that each kind of report costs one case: faults that the flags of a segment over IPv4
// call for.
static __attribute__((no_sanitize("null"))) void planted(const uint8_t *octets, uint32_t length) {
    volatile int32_t number = INT32_MAX;
    uint8_t *volatile nowhere = NULL;
    uint8_t *copied = malloc(length);
    memcpy(copied, octets, length);
    switch (length >= 40 ? octets[33] : 0) {
    case TCP_RST:
        (void)((volatile uint8_t *)copied)[length];
        break;
    case TCP_FIN | TCP_ACK:
        number += (int32_t)length;
        break;
    case TCP_SYN | TCP_FIN:
        *nowhere = 1;
        break;
    }
    free(copied);
}
#endif

static void deliver(uint64_t now, const uint8_t *octets, uint32_t length) {
#ifdef TCPCONF_PLANTED_REPORTS
    planted(octets, length);
#endif
    tcpconf_ticks_run(now);
    tcpconf_link_deliver(octets, length);
}

EXPORT void tcpconf_lwip_deliver(uint64_t now, const uint8_t *octets, uint32_t length) {
    GUARDED(deliver(now, octets, length));
}

EXPORT void tcpconf_lwip_advance(uint64_t until) { GUARDED(tcpconf_ticks_run(until)); }

static void call(uint64_t now, const struct call *call) {
    tcpconf_ticks_run(now);
    calls_start(call);
}

EXPORT void tcpconf_lwip_call(uint64_t now, const struct call *c) { GUARDED(call(now, c)); }

// The packet stays where it is until lwIP sends the next one.
EXPORT uint32_t tcpconf_lwip_packet(const uint8_t **octets) {
    uint32_t length = tcpconf_link_take(octets);
    view.packets = tcpconf_link_waiting;
    return length;
}

EXPORT int tcpconf_lwip_reply(struct reply *reply, uint8_t *text) {
    int any = calls_take(reply, text);
    view.replies = calls_replies;
    return any;
}

#ifdef TCPCONF_PLANTED_FAULT
// For the test that the sanitizer sees what it shall see: reads behind a delivered packet.
EXPORT int tcpconf_lwip_planted(const uint8_t *octets, uint32_t length) {
    uint8_t *copied = malloc(length);
    memcpy(copied, octets, length);
    int octet = ((volatile uint8_t *)copied)[length];
    free(copied);
    return octet;
}
#endif
