/* The peers of the connections that the stack makes to us, which are all from one address of the
 * host: the SYNs that went to it tell whose they are, in order, port by port. */
#ifndef SYNS_H
#define SYNS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define MOST_SYNS 65536
/* The descriptor that the tester has of it. */
#define SYNS_FD 9

struct syn {
    uint32_t ip;            /* as in the packet */
    uint16_t from, to;      /* ports, as in the packet */
    bool taken;             /* by an accept */
    _Atomic uint32_t last;  /* when it came last: the SYNs of all are counted */
};

struct syns {
    _Atomic uint32_t count;
    struct syn syn[MOST_SYNS];
};

#endif
