// The link of lwIP: what it sends waits until somebody takes it. Packets cross it, or frames.
#include <stdlib.h>
#include <string.h>

#include "lwip/ip.h"
#include "lwip/pbuf.h"
#include "stack.h"

#define KEPT __attribute__((section(".tcpconf_kept")))
#define ENTRY_ALIGNMENT 8u

struct netif tcpconf_netif;

// Packets one behind the other, each behind its length. Not lwIP's: it keeps its size.
uint32_t tcpconf_link_waiting KEPT;
static uint8_t *out KEPT;
static size_t out_size KEPT, out_first KEPT, out_end KEPT;

// A packet that was delivered, as exactly as long as it is: reading behind its end is seen.
struct delivered {
    struct pbuf_custom pbuf;
    uint8_t octets[];
};

static void delivered_free(struct pbuf *p) { tcpconf_free(p); }

void tcpconf_link_clear(void) { out_first = out_end = tcpconf_link_waiting = 0; }

err_t tcpconf_link_put(struct netif *netif, struct pbuf *p) {
    LWIP_UNUSED_ARG(netif);
    size_t need = sizeof(uint32_t) + p->tot_len + ENTRY_ALIGNMENT;
    if (tcpconf_link_waiting == 0)
        out_first = out_end = 0;
    if (out_end + need > out_size) {
        size_t size = 2 * (out_end + need);
        uint8_t *bigger = realloc(out, size);
        if (bigger == NULL)
            return ERR_MEM;
        out = bigger;
        out_size = size;
    }
    uint32_t length = p->tot_len;
    memcpy(out + out_end, &length, sizeof length);
    pbuf_copy_partial(p, out + out_end + sizeof length, p->tot_len, 0);
    out_end += (sizeof length + length + ENTRY_ALIGNMENT - 1) & ~(size_t)(ENTRY_ALIGNMENT - 1);
    tcpconf_link_waiting++;
    return ERR_OK;
}

uint32_t tcpconf_link_take(const uint8_t **octets) {
    uint32_t length;
    if (tcpconf_link_waiting == 0)
        return 0;
    memcpy(&length, out + out_first, sizeof length);
    *octets = out + out_first + sizeof length;
    out_first += (sizeof length + length + ENTRY_ALIGNMENT - 1) & ~(size_t)(ENTRY_ALIGNMENT - 1);
    tcpconf_link_waiting--;
    return length;
}

static err_t output_v4(struct netif *netif, struct pbuf *p, const ip4_addr_t *to) {
    LWIP_UNUSED_ARG(to);
    return tcpconf_link_put(netif, p);
}

static err_t output_v6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to) {
    LWIP_UNUSED_ARG(to);
    return tcpconf_link_put(netif, p);
}

err_t tcpconf_link_packets(struct netif *netif) {
    netif->name[0] = 't';
    netif->name[1] = 'c';
    netif->mtu = 1500;
    netif->output = output_v4;
    netif->output_ip6 = output_v6;
    netif->flags |= NETIF_FLAG_LINK_UP | NETIF_FLAG_BROADCAST;
    return ERR_OK;
}

void tcpconf_link_open(const uint8_t v4[4], uint8_t v4_prefix, const uint8_t v6[16],
    netif_init_fn start, netif_input_fn input) {
    ip4_addr_t address, mask, gateway;
    ip6_addr_t six;
    memcpy(&address.addr, v4, 4);
    mask.addr = v4_prefix == 0 ? 0 : lwip_htonl(0xffffffffu << (32 - v4_prefix));
    gateway.addr = 0;
    netif_add(&tcpconf_netif, &address, &mask, &gateway, NULL, start, input);
    netif_set_default(&tcpconf_netif);
    memcpy(six.addr, v6, 16);
    ip6_addr_clear_zone(&six);
    netif_ip6_addr_set(&tcpconf_netif, 0, &six);
    netif_ip6_addr_set_state(&tcpconf_netif, 0, IP6_ADDR_PREFERRED);
    netif_set_up(&tcpconf_netif);
}

void tcpconf_link_deliver(const uint8_t *octets, uint32_t length) {
    struct delivered *d;
    struct pbuf *p;
    if (length == 0 || length > 0xffff || (d = tcpconf_malloc(sizeof *d + length)) == NULL)
        return;
    memcpy(d->octets, octets, length);
    d->pbuf.custom_free_function = delivered_free;
    p = pbuf_alloced_custom(
        PBUF_RAW, (u16_t)length, PBUF_REF, &d->pbuf, d->octets, (u16_t)length);
    if (tcpconf_netif.input(p, &tcpconf_netif) != ERR_OK)
        pbuf_free(p);
}
