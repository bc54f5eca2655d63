#include "tester.h"

/* Where a stack has other names for sockets than its application, its own file of such functions
 * takes the place of these. */
#define PLAIN __attribute__((weak))

PLAIN void name_own(struct address *own)
{
    (void)own;
}

PLAIN bool name_can_open(void)
{
    return true;
}

PLAIN void name_peer(struct sockaddr_storage *peer, uint16_t own_port)
{
    (void)peer;
    (void)own_port;
}

PLAIN void name_answers(void)
{
}
