#include "nat.h"
#include "scale.h"

#include <arpa/inet.h>
#include <string.h>

#define FIRST_PORT 1024
#define PORTS 65536
#define SLOTS (1u << 18)

#define TCP 6

/* A socket of the tester's, as in packets. */
struct name {
    uint32_t ip;
    uint16_t port;
};

static uint32_t guest;
static struct name names[PORTS];        /* by the guest's port */
static uint32_t next_port = FIRST_PORT;
static uint16_t slots[SLOTS];           /* the guest's port by the name; 0: free */

void nat_begin(uint32_t address)
{
    guest = address;
}

/* The guest's port of a socket; 0 if there are no more. */
static uint16_t port_of(uint32_t ip, uint16_t port)
{
    uint32_t slot = (ip * 2654435761u ^ port * 40503u) % SLOTS;
    for (; slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        const struct name *n = &names[slots[slot]];
        if (n->ip == ip && n->port == port)
            return slots[slot];
    }
    if (next_port == PORTS)
        return 0;
    names[next_port] = (struct name){ .ip = ip, .port = port };
    slots[slot] = (uint16_t)next_port;
    return (uint16_t)next_port++;
}

void nat_adjust(uint8_t *checksum, const void *old, const void *new, size_t octets)
{
    uint16_t sum, was, is;
    memcpy(&sum, checksum, 2);
    uint32_t s = (uint16_t)~sum;
    for (size_t i = 0; i < octets; i += 2) {
        memcpy(&was, (const uint8_t *)old + i, 2);
        memcpy(&is, (const uint8_t *)new + i, 2);
        s += (uint16_t)~was + is;
    }
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    sum = (uint16_t)~s;
    memcpy(checksum, &sum, 2);
}

/* Where TCP's header is in a frame; null: nowhere. */
static uint8_t *tcp_of(uint8_t *frame, size_t length)
{
    uint8_t *ip = frame + 14;
    if (length < 34 || frame[12] != 8 || frame[13] != 0 || ip[0] >> 4 != 4 || ip[9] != TCP)
        return NULL;
    size_t header = (size_t)(ip[0] & 15) * 4;
    bool first = (ip[6] & 0x1f) == 0 && ip[7] == 0; /* of its fragments */
    return first && header >= 20 && length >= 14 + header + 20 ? ip + header : NULL;
}

static void rename_socket(uint8_t *ip, uint8_t *tcp, size_t address, size_t port,
    const struct name *new)
{
    nat_adjust(ip + 10, ip + address, &new->ip, 4);
    nat_adjust(tcp + 16, ip + address, &new->ip, 4);
    nat_adjust(tcp + 16, tcp + port, &new->port, 2);
    memcpy(ip + address, &new->ip, 4);
    memcpy(tcp + port, &new->port, 2);
}

bool nat_to_stack(uint8_t *frame, size_t length)
{
    uint8_t *tcp = tcp_of(frame, length), *ip = frame + 14;
    if (!tcp)
        return length >= 14 && frame[12] == 8 && frame[13] == 6;    /* ARP */
    struct name old;
    memcpy(&old.ip, ip + 12, 4);
    memcpy(&old.port, tcp, 2);
    uint16_t port = port_of(old.ip, old.port);
    scale_to_stack(tcp, length - (size_t)(tcp - frame), port);
    struct name new = { .ip = guest, .port = htons(port) };
    rename_socket(ip, tcp, 12, 0, &new);
    return port != 0;
}

bool nat_from_stack(uint8_t *frame, size_t length)
{
    uint8_t *tcp = tcp_of(frame, length), *ip = frame + 14;
    if (!tcp)
        return true;
    uint16_t port;
    memcpy(&port, tcp + 2, 2);
    const struct name *n = &names[ntohs(port)];
    if (n->ip == 0)
        return false;
    scale_from_stack(tcp, length - (size_t)(tcp - frame), ntohs(port));
    rename_socket(ip, tcp, 16, 2, n);
    return true;
}
