/* Links, addresses, routes and neighbours by rtnetlink(7), so that the image needs no tool. */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdint.h>

struct net_address {
    int family;
    uint8_t octets[16];
    unsigned length;        /* octets */
    unsigned prefix;        /* bits */
};

/* Each ends the process with a message if the kernel refuses. */
unsigned net_index(const char *device);
void net_link_address(unsigned index, const uint8_t mac[6]);
void net_sizes(unsigned index, uint32_t mtu, uint32_t queue);
void net_up(unsigned index);
void net_add_address(unsigned index, const struct net_address *address);
void net_add_neighbour(
    unsigned index, const struct net_address *address, const uint8_t mac[6]);
void net_add_route(
    unsigned index, const struct net_address *own, const struct net_address *gateway);

#endif
