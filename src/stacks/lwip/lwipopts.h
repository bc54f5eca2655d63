// lwIP's configuration: the raw API without an operating system, no limits but memory.
#ifndef TCPCONF_LWIPOPTS_H
#define TCPCONF_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_TIMERS 0 // stack.c drives them: idle ticks can be skipped
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define LWIP_UDP 0
#define LWIP_RAW 0
#define LWIP_DHCP 0
#define LWIP_IGMP 0

#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_ICMP 1
#define LWIP_ICMP6 1
#define LWIP_IPV6_MLD 0
#define LWIP_IPV6_AUTOCONFIG 0
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0
#define LWIP_IPV6_SCOPES 0
#define IPV6_FRAG_COPYHEADER 1 // pointers of 64 bits don't fit the header
#ifdef TCPCONF_TAP
#define TCP_MSL 10000UL // milliseconds: real time passes in TIME-WAIT
#else
#define LWIP_ARP 0 // packets cross without a link layer
#endif

#define TCP_MSS 1460
#define TCP_SND_BUF (64 * 1024 - 1)
#define TCP_SND_QUEUELEN 512
#define TCP_LISTEN_BACKLOG 1
#define SO_REUSE 1
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_HOOK_TCP_ISN tcpconf_isn

#ifndef TCPCONF_PLAIN
#define LWIP_TCP_TIMESTAMPS 1
#define LWIP_TCP_SACK_OUT 1
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 2
#define TCP_WND (128 * 1024)
#else
#define TCP_WND (32 * 1024)
#endif

#endif
