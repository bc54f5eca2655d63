/* The stack of the example: the kernel's, behind a TAP in the namespace that we were started in.
 * With a stack of your own this file goes: it reads and writes the link itself. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The descriptor on which the stack takes and gives frames; -1: errno says why. */
static int open_stack(void) {
    int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK), control = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq r = {.ifr_name = "stack0", .ifr_flags = IFF_TAP | IFF_NO_PI};
    struct sockaddr_in a = {.sin_family = AF_INET};
    char *v4 = strdup(getenv("TCPCONF_V4")), *slash = strchr(v4, '/'); /* 10.77.0.1/16 */
    *slash = 0;
    if (tap < 0 || ioctl(tap, TUNSETIFF, &r)) return -1;
    r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    unsigned char *mac = (unsigned char *)r.ifr_hwaddr.sa_data;
    sscanf(getenv("TCPCONF_MAC"), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3,
        mac + 4, mac + 5);
    ioctl(control, SIOCSIFHWADDR, &r);
    inet_pton(AF_INET, v4, &a.sin_addr);
    memcpy(&r.ifr_addr, &a, sizeof a);
    ioctl(control, SIOCSIFADDR, &r);
    a.sin_addr.s_addr = htonl(~0u << (32 - atoi(slash + 1)));
    memcpy(&r.ifr_addr, &a, sizeof a);
    ioctl(control, SIOCSIFNETMASK, &r);
    r.ifr_flags = IFF_UP;
    return ioctl(control, SIOCSIFFLAGS, &r) ? -1 : tap;
}
