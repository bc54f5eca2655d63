/* Linked to the example and called where it calls recv (-Drecv=mortal_recv): a stack that an
 * option of length 0 ends, as an assertion would. */
#undef recv
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { ETHERNET = 14 };

static void look_at(const unsigned char *ip, const unsigned char *end) {
    const unsigned char *tcp = ip + (ip[0] & 15) * 4;
    if (ip + sizeof(struct iphdr) > end || ip[0] >> 4 != 4 || ip[9] != IPPROTO_TCP
        || tcp + sizeof(struct tcphdr) > end) return;
    const unsigned char *behind = tcp + (tcp[12] >> 4) * 4;
    if (behind > end) return;
    for (const unsigned char *o = tcp + sizeof(struct tcphdr); o + 1 < behind && *o;
         o += *o == 1 ? 1 : o[1]) {
        if (*o != 1 && !o[1]) {
            fprintf(stderr, "mystack: assertion failed: an option has a length\n");
            abort();
        }
    }
}

ssize_t mortal_recv(int fd, void *octets, size_t size, int flags) {
    ssize_t n = recv(fd, octets, size, flags);
    if (n > ETHERNET && fd == atoi(getenv("TCPCONF_LINK_FD")))
        look_at((unsigned char *)octets + ETHERNET, (unsigned char *)octets + n);
    return n;
}
