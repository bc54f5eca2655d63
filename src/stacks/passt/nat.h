/* passt has one guest with one address, and tells connections apart by ports alone: it looks at no
 * guest's address and answers to the one that it has seen last. The tester has many addresses. So
 * each of its sockets is a port of the guest's here. */
#ifndef NAT_H
#define NAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The guest's address, as in packets. */
void nat_begin(uint32_t guest);

/* Renames the source of a frame to passt; false if that is no TCP over IPv4 and not for it. */
bool nat_to_stack(uint8_t *frame, size_t length);

/* Renames the destination of a frame from passt; false if nobody has that port. */
bool nat_from_stack(uint8_t *frame, size_t length);

/* Goes over a change in a checksum (RFC 1624 §3): one that was wrong stays wrong. */
void nat_adjust(uint8_t *checksum, const void *old, const void *new, size_t octets);

#endif
