// lwIP's timers, driven from outside: a tick that would find nothing to do is not made. lwIP's own
// file is part of this one, since what a tick counts is static there.
#include "core/tcp.c"

#include "stack.h"

#define NEVER UINT64_MAX
#define TICK TCP_TMR_INTERVAL
// More than any of lwIP's timers; bounds one jump.
#define MOST_SKIPPED 1000000u

static uint64_t next_tick;
static uint8_t ticking;
static uint8_t never_skips __attribute__((section(".tcpconf_kept")));

void tcpconf_ticks_skip_idle(int on) { never_skips = !on; }

// lwIP calls it when there is a connection (timeouts.c has the same for its own list of timers).
void tcp_timer_needed(void) {
    if (!ticking && (tcp_active_pcbs || tcp_tw_pcbs)) {
        ticking = 1;
        next_tick = tcpconf_now + TICK;
    }
}

void tcpconf_ticks_start(void) { ticking = 0; }

// Slow ticks until tcp_ticks - since is greater than limit.
static uint32_t until_older(u32_t since, u32_t limit) {
    u32_t age = (u32_t)(tcp_ticks - since);
    return age > limit ? 0 : limit - age;
}

// Of how many slow ticks it is certain that they find nothing to do on a connection.
static uint32_t idle_ticks(const struct tcp_pcb *pcb) {
    uint32_t idle = MOST_SKIPPED, n;
    if ((pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW | TF_CLOSEPEND | TF_NAGLEMEMERR))
        || pcb->refused_data != NULL || pcb->nrtx >= TCP_MAXRTX
        || (pcb->state == SYN_SENT && pcb->nrtx >= TCP_SYNMAXRTX))
        return 0;
    if (pcb->persist_backoff > 0) {
        n = tcp_persist_backoff[pcb->persist_backoff - 1];
        if (pcb->persist_probe >= TCP_MAXRTX || pcb->persist_cnt + 1u >= n)
            return 0;
        idle = n - pcb->persist_cnt - 1u;
    } else if (pcb->rtime >= 0) {
        if (pcb->rtime + 1 >= pcb->rto)
            return 0;
        idle = (uint32_t)(pcb->rto - pcb->rtime - 1);
    } else if (pcb->unsent != NULL) {
        return 0;
    }
#define AT_MOST(ticks) (idle = (n = (ticks)) < idle ? n : idle)
    if (pcb->state == FIN_WAIT_2 && (pcb->flags & TF_RXCLOSED))
        AT_MOST(until_older(pcb->tmr, TCP_FIN_WAIT_TIMEOUT / TCP_SLOW_INTERVAL));
    if (pcb->state == SYN_RCVD)
        AT_MOST(until_older(pcb->tmr, TCP_SYN_RCVD_TIMEOUT / TCP_SLOW_INTERVAL));
    if (pcb->state == LAST_ACK)
        AT_MOST(until_older(pcb->tmr, 2 * TCP_MSL / TCP_SLOW_INTERVAL));
    if (ip_get_option(pcb, SOF_KEEPALIVE)) {
        AT_MOST(until_older(
            pcb->tmr, (pcb->keep_idle + pcb->keep_cnt_sent * TCP_KEEP_INTVL(pcb))
            / TCP_SLOW_INTERVAL));
        AT_MOST(until_older(pcb->tmr, (pcb->keep_idle + TCP_KEEP_DUR(pcb)) / TCP_SLOW_INTERVAL));
    }
    if (pcb->ooseq != NULL) {
        u32_t limit = (u32_t)pcb->rto * TCP_OOSEQ_TIMEOUT;
        AT_MOST(limit == 0 ? 0 : until_older(pcb->tmr, limit - 1));
    }
    return idle;
}

static uint32_t all_idle_ticks(void) {
    uint32_t idle = MOST_SKIPPED, n;
    if (never_skips)
        return 0;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL && idle > 0; pcb = pcb->next)
        AT_MOST(idle_ticks(pcb));
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL && idle > 0; pcb = pcb->next)
        AT_MOST(until_older(pcb->tmr, 2 * TCP_MSL / TCP_SLOW_INTERVAL));
    return idle;
}

// What so many slow ticks would have counted.
static void skip(uint32_t slow_ticks) {
    tcp_ticks += slow_ticks;
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if (pcb->persist_backoff > 0)
            pcb->persist_cnt = (u8_t)(pcb->persist_cnt + slow_ticks);
        else if (pcb->rtime >= 0)
            pcb->rtime = (s16_t)(pcb->rtime + (s16_t)slow_ticks);
    }
    next_tick += (uint64_t)slow_ticks * 2 * TICK;
}

uint64_t tcpconf_ticks_due(void) {
    uint32_t idle;
    if (!ticking)
        return NEVER;
    if (tcp_active_pcbs == NULL && tcp_tw_pcbs == NULL)
        return NEVER; // the next tick only stops the timer
    idle = all_idle_ticks();
    return idle == 0 ? next_tick : next_tick + (tcp_timer & 1 ? TICK : 0)
        + (uint64_t)idle * 2 * TICK;
}

void tcpconf_ticks_run(uint64_t until) {
    while (ticking && next_tick <= until) {
        uint64_t pairs = (until - next_tick) / TICK / 2;
        if (pairs > 0 && (tcp_active_pcbs != NULL || tcp_tw_pcbs != NULL)) {
            uint32_t idle = all_idle_ticks();
            if (idle > 0) {
                skip(idle < pairs ? idle : (uint32_t)pairs);
                continue;
            }
        }
        tcpconf_now = next_tick;
        tcp_tmr();
        next_tick += TICK;
        ticking = tcp_active_pcbs != NULL || tcp_tw_pcbs != NULL;
    }
    if (until > tcpconf_now)
        tcpconf_now = until;
}

// RFC 9293 §3.10.5: ABORT while lwIP closes a connection by itself.
void tcpconf_tcp_abort(
    const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote, uint16_t remote_port) {
    struct tcp_pcb *lists[] = {tcp_active_pcbs, tcp_tw_pcbs};
    for (int i = 0; i < 2; i++) {
        for (struct tcp_pcb *pcb = lists[i]; pcb != NULL; pcb = pcb->next) {
            if (pcb->local_port == local_port && pcb->remote_port == remote_port
                && ip_addr_cmp(&pcb->local_ip, local) && ip_addr_cmp(&pcb->remote_ip, remote)) {
                tcp_abort(pcb);
                return;
            }
        }
    }
}

void tcpconf_tcp_clear(void) {
    while (tcp_active_pcbs != NULL)
        tcp_abandon(tcp_active_pcbs, 0);
    while (tcp_tw_pcbs != NULL)
        tcp_abort(tcp_tw_pcbs);
    while (tcp_bound_pcbs != NULL)
        tcp_abandon(tcp_bound_pcbs, 0);
    while (tcp_listen_pcbs.pcbs != NULL)
        tcp_close(tcp_listen_pcbs.pcbs);
}
