#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
    struct nlmsghdr header;
    uint8_t body[512];
};

static void begin(struct request *r, uint16_t type, uint16_t flags, const void *body, size_t size)
{
    memset(r, 0, sizeof *r);
    r->header.nlmsg_type = type;
    r->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    r->header.nlmsg_seq = 1;
    memcpy(r->body, body, size);
    r->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
}

static void attribute(struct request *r, uint16_t kind, const void *value, size_t size)
{
    struct rtattr *a = (void *)((uint8_t *)r + NLMSG_ALIGN(r->header.nlmsg_len));
    a->rta_type = kind;
    a->rta_len = (uint16_t)RTA_LENGTH(size);
    memcpy(RTA_DATA(a), value, size);
    r->header.nlmsg_len = NLMSG_ALIGN(r->header.nlmsg_len) + (uint32_t)RTA_SPACE(size);
}

static void ask(struct request *r, const char *what)
{
    struct { struct nlmsghdr header; struct nlmsgerr error; uint8_t rest[4096]; } reply;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    memset(&reply, 0, sizeof reply);
    /* One request, one acknowledgment: the kernel answers before the write returns. */
    if (fd < 0 || write(fd, r, r->header.nlmsg_len) < 0
        || read(fd, &reply, sizeof reply) < (ssize_t)NLMSG_LENGTH(sizeof reply.error)) {
        perror(what);
        exit(1);
    }
    close(fd);
    if (reply.error.error != 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(-reply.error.error));
        exit(1);
    }
}

unsigned net_index(const char *device)
{
    unsigned index = if_nametoindex(device);
    if (index == 0) {
        perror(device);
        exit(1);
    }
    return index;
}

static void begin_link(struct request *r, unsigned index, unsigned flags)
{
    struct ifinfomsg body = {
        .ifi_index = (int)index, .ifi_flags = flags, .ifi_change = flags,
    };
    begin(r, RTM_NEWLINK, 0, &body, sizeof body);
}

void net_link_address(unsigned index, const uint8_t mac[6])
{
    struct request r;
    begin_link(&r, index, 0);
    attribute(&r, IFLA_ADDRESS, mac, 6);
    ask(&r, "link address");
}

void net_sizes(unsigned index, uint32_t mtu, uint32_t queue)
{
    struct request r;
    begin_link(&r, index, 0);
    attribute(&r, IFLA_MTU, &mtu, sizeof mtu);
    attribute(&r, IFLA_TXQLEN, &queue, sizeof queue);
    ask(&r, "MTU and queue length");
}

void net_up(unsigned index)
{
    struct request r;
    begin_link(&r, index, IFF_UP);
    ask(&r, "bring the device up");
}

void net_add_address(unsigned index, const struct net_address *address)
{
    struct request r;
    struct ifaddrmsg body = {
        .ifa_family = (uint8_t)address->family, .ifa_prefixlen = (uint8_t)address->prefix,
        .ifa_index = index,
    };
    /* Usable at once, and with no route of its own. */
    uint32_t flags = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
    begin(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof body);
    attribute(&r, IFA_ADDRESS, address->octets, address->length);
    attribute(&r, IFA_LOCAL, address->octets, address->length);
    attribute(&r, IFA_FLAGS, &flags, sizeof flags);
    ask(&r, "address");
}

void net_add_neighbour(
    unsigned index, const struct net_address *address, const uint8_t mac[6])
{
    struct request r;
    struct ndmsg body = {
        .ndm_family = (uint8_t)address->family, .ndm_ifindex = (int)index,
        .ndm_state = NUD_PERMANENT, .ndm_type = RTN_UNICAST,
    };
    begin(&r, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof body);
    attribute(&r, NDA_DST, address->octets, address->length);
    attribute(&r, NDA_LLADDR, mac, 6);
    ask(&r, "neighbour");
}

void net_add_route(
    unsigned index, const struct net_address *own, const struct net_address *gateway)
{
    struct request r;
    uint8_t prefix[16];
    uint32_t device = index;
    struct rtmsg body = {
        .rtm_family = (uint8_t)own->family, .rtm_dst_len = (uint8_t)own->prefix,
        .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST,
        .rtm_flags = RTNH_F_ONLINK,
    };
    memcpy(prefix, own->octets, sizeof prefix);
    for (unsigned bit = own->prefix; bit < own->length * 8; bit++)
        prefix[bit / 8] &= (uint8_t)~(0x80u >> bit % 8);
    begin(&r, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof body);
    attribute(&r, RTA_DST, prefix, own->length);
    attribute(&r, RTA_GATEWAY, gateway->octets, gateway->length);
    attribute(&r, RTA_OIF, &device, sizeof device);
    ask(&r, "route");
}
