#include "tester.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* The options of specs/upper-tester.md as Linux has them (tcp(7), socket(7)). */
static const struct {
    const char *name;
    int level, number;
    int unit;           /* milliseconds per unit of the kernel; rounded up */
} numbers[] = {
    { "nodelay", IPPROTO_TCP, TCP_NODELAY, 1 },
    { "maxseg", IPPROTO_TCP, TCP_MAXSEG, 1 },
    { "cork", IPPROTO_TCP, TCP_CORK, 1 },
    { "window-clamp", IPPROTO_TCP, TCP_WINDOW_CLAMP, 1 },
    { "quickack", IPPROTO_TCP, TCP_QUICKACK, 1 },
    { "user-timeout", IPPROTO_TCP, TCP_USER_TIMEOUT, 1 },
    { "keepalive-idle", IPPROTO_TCP, TCP_KEEPIDLE, 1000 },
    { "keepalive-interval", IPPROTO_TCP, TCP_KEEPINTVL, 1000 },
    { "keepalive-count", IPPROTO_TCP, TCP_KEEPCNT, 1 },
    { "sndbuf", SOL_SOCKET, SO_SNDBUF, 1 },
    { "rcvbuf", SOL_SOCKET, SO_RCVBUF, 1 },
    { "keepalive", SOL_SOCKET, SO_KEEPALIVE, 1 },
    { "oobinline", SOL_SOCKET, SO_OOBINLINE, 1 },
};

static int set(int fd, int level, int number, int value)
{
    return setsockopt(fd, level, number, &value, sizeof value) == 0 ? 0 : errno;
}

/* IPv4 sockets refuse the option of IPv6. */
static int set_either(int fd, int v6, int v4, uint64_t value)
{
    if (value > 255)
        return EINVAL;
    return set(fd, IPPROTO_IPV6, v6, (int)value) == 0
        ? 0 : set(fd, IPPROTO_IP, v4, (int)value);
}

int option_set(int fd, const char *name, const char *value)
{
    uint64_t n;
    if (strcmp(name, "congestion") == 0) {
        socklen_t length = (socklen_t)strlen(value);
        return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, value, length) == 0 ? 0 : errno;
    }
    if (!read_number(value, INT32_MAX, &n))
        return EINVAL;
    if (strcmp(name, "traffic-class") == 0)
        return set_either(fd, IPV6_TCLASS, IP_TOS, n);
    if (strcmp(name, "hop-limit") == 0)
        return set_either(fd, IPV6_UNICAST_HOPS, IP_TTL, n);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(name, numbers[i].name) == 0) {
            uint64_t unit = (uint64_t)numbers[i].unit;
            return set(fd, numbers[i].level, numbers[i].number, (int)((n + unit - 1) / unit));
        }
    return EINVAL;
}

/* Numbers as in enum tcp_state of the kernel. */
static const char *state_name(unsigned state)
{
    static const char *const names[] = {
        "?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
        "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECEIVED",
    };
    return state < sizeof names / sizeof *names ? names[state] : "?";
}

int info_text(int fd, char *text, size_t size)
{
    struct tcp_info i;
    socklen_t length = sizeof i;
    memset(&i, 0, sizeof i);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &length) != 0)
        return errno;
    snprintf(text, size,
        "state=%s caState=%u retransmits=%u probes=%u backoff=%u options=%u sndWscale=%u "
        "rcvWscale=%u rtoUs=%u atoUs=%u sndMss=%u rcvMss=%u unacked=%u sacked=%u lost=%u "
        "retrans=%u pmtu=%u rcvSsthresh=%u rttUs=%u rttVarUs=%u sndSsthresh=%u sndCwnd=%u "
        "advMss=%u reordering=%u rcvSpace=%u totalRetrans=%u bytesAcked=%llu "
        "bytesReceived=%llu segsOut=%u segsIn=%u notSentBytes=%u",
        state_name(i.tcpi_state), i.tcpi_ca_state, i.tcpi_retransmits, i.tcpi_probes,
        i.tcpi_backoff, i.tcpi_options, i.tcpi_snd_wscale, i.tcpi_rcv_wscale, i.tcpi_rto,
        i.tcpi_ato, i.tcpi_snd_mss, i.tcpi_rcv_mss, i.tcpi_unacked, i.tcpi_sacked, i.tcpi_lost,
        i.tcpi_retrans, i.tcpi_pmtu, i.tcpi_rcv_ssthresh, i.tcpi_rtt, i.tcpi_rttvar,
        i.tcpi_snd_ssthresh, i.tcpi_snd_cwnd, i.tcpi_advmss, i.tcpi_reordering,
        i.tcpi_rcv_space, i.tcpi_total_retrans, (unsigned long long)i.tcpi_bytes_acked,
        (unsigned long long)i.tcpi_bytes_received, i.tcpi_segs_out, i.tcpi_segs_in,
        i.tcpi_notsent_bytes);
    return 0;
}
