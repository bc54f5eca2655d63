/* passt gives every SYN,ACK a window scale option, and scales its windows, whether or not the SYN
 * had one (tcp.c, tcp_send_flag; RFC 7323 §2.2 forbids that). All that a connection does after that
 * would go unseen: on demand the option is taken out here, and windows are written as passt means
 * them. */
#ifndef SCALE_H
#define SCALE_H

#include <stddef.h>
#include <stdint.h>

void scale_repair(void);

/* A TCP header, whole with its options, on its way to passt; the guest's port says whose it is. */
void scale_to_stack(const uint8_t *tcp, size_t length, uint16_t port);

/* The same on its way from passt; may be changed, its checksum with it. */
void scale_from_stack(uint8_t *tcp, size_t length, uint16_t port);

#endif
