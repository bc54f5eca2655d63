// What lwIP asks of a compiler and a platform.
#ifndef TCPCONF_ARCH_CC_H
#define TCPCONF_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>

uint32_t tcpconf_random(void);
uint32_t tcpconf_isn(
    const void *local, uint16_t local_port, const void *remote, uint16_t remote_port);
void *tcpconf_malloc(size_t size);
void *tcpconf_calloc(size_t count, size_t size);
void tcpconf_free(void *memory);
void tcpconf_assert(const char *message, const char *file, int line) __attribute__((noreturn));

#define LWIP_PLATFORM_DIAG(x)
// A broken invariant of lwIP's own is a finding like a sanitizer's.
#define LWIP_PLATFORM_ASSERT(x) tcpconf_assert((x), __FILE__, __LINE__)
#define LWIP_RAND() tcpconf_random()

// Each allocation is one of malloc's, so that the sanitizer knows its bounds and its end.
#define mem_clib_malloc tcpconf_malloc
#define mem_clib_calloc tcpconf_calloc
#define mem_clib_free tcpconf_free

#endif
