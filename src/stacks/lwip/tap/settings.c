// The options of specs/upper-tester.md that lwIP has.
#include "sock.h"

#include <errno.h>
#include <string.h>

enum {
    NO_DELAY, KEEP_ALIVE, KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT, TRAFFIC_CLASS, HOP_LIMIT,
};

static const struct {
    const char *name;
    uint64_t least, most;
} known[] = {
    [NO_DELAY] = {"nodelay", 0, INT32_MAX},
    [KEEP_ALIVE] = {"keepalive", 0, INT32_MAX},
    [KEEP_IDLE] = {"keepalive-idle", 1, INT32_MAX},
    [KEEP_INTERVAL] = {"keepalive-interval", 1, INT32_MAX},
    [KEEP_COUNT] = {"keepalive-count", 1, INT32_MAX},
    [TRAFFIC_CLASS] = {"traffic-class", 0, 255},
    [HOP_LIMIT] = {"hop-limit", 1, 255},
};

int setting_read(const struct option *option, struct setting *setting) {
    uint64_t value;
    for (int i = 0; i < (int)(sizeof known / sizeof *known); i++) {
        if (strcmp(known[i].name, option->name) != 0)
            continue;
        if (!read_number(option->value, known[i].most, &value) || value < known[i].least)
            return EINVAL;
        setting->kind = i;
        setting->value = (uint32_t)value;
        return 0;
    }
    return ENOPROTOOPT;
}

void setting_apply(struct tcp_pcb *pcb, struct setting setting) {
    switch (setting.kind) {
    case NO_DELAY:
        if (setting.value == 0) {
            tcp_nagle_enable(pcb);
        } else {
            tcp_nagle_disable(pcb);
            if (pcb->state >= ESTABLISHED)
                tcp_output(pcb); // what Nagle's algorithm has held back
        }
        break;
    case KEEP_ALIVE:
        if (setting.value == 0)
            ip_reset_option(pcb, SOF_KEEPALIVE);
        else
            ip_set_option(pcb, SOF_KEEPALIVE);
        break;
    case KEEP_IDLE: pcb->keep_idle = setting.value; break;
    case KEEP_INTERVAL: pcb->keep_intvl = setting.value; break;
    case KEEP_COUNT: pcb->keep_cnt = setting.value; break;
    case TRAFFIC_CLASS: pcb->tos = (u8_t)setting.value; break;
    case HOP_LIMIT: pcb->ttl = (u8_t)setting.value; break;
    }
}

const char *sock_state_name(const struct sock *s) {
    // As enum tcp_state has them.
    static const char *const names[] = {
        "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
        "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
    };
    return names[s->pcb == NULL ? CLOSED : s->pcb->state];
}
