// Clock, random numbers and memory of lwIP.
#include "stack.h"

#include <stdio.h>
#include <stdlib.h>

#include "lwip/ip_addr.h"

uint64_t tcpconf_now;
int64_t tcpconf_live __attribute__((section(".tcpconf_kept")));
static uint64_t random_state;
static uint64_t isn_secret;

u32_t sys_now(void) { return (u32_t)tcpconf_now; }

static uint64_t mix(uint64_t x) {
    // splitmix64's finalizer.
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void tcpconf_seed(uint64_t seed) {
    random_state = seed;
    isn_secret = mix(seed ^ 0x6a09e667f3bcc908u);
}

uint32_t tcpconf_random(void) {
    random_state += 0x9e3779b97f4a7c15u;
    return (uint32_t)mix(random_state);
}

// RFC 9293 §3.4.1 (MUST-8, SHLD-1): a clock of 4 microseconds and a function of the pair.
uint32_t tcpconf_isn(
    const void *local, uint16_t local_port, const void *remote, uint16_t remote_port) {
    uint64_t hash = isn_secret;
    const ip_addr_t *both[2] = {local, remote};
    for (int i = 0; i < 2; i++) {
        int words = IP_IS_V6(both[i]) ? 4 : 1;
        const u32_t *word = IP_IS_V6(both[i])
            ? ip_2_ip6(both[i])->addr : &ip_2_ip4(both[i])->addr;
        for (int j = 0; j < words; j++)
            hash = mix(hash ^ word[j]);
    }
    hash = mix(hash ^ ((uint64_t)local_port << 16) ^ remote_port);
    return (uint32_t)(tcpconf_now * 250u) + (uint32_t)hash;
}

void *tcpconf_malloc(size_t size) {
    void *memory = malloc(size);
    tcpconf_live += memory != NULL;
    return memory;
}

void *tcpconf_calloc(size_t count, size_t size) {
    void *memory = calloc(count, size);
    tcpconf_live += memory != NULL;
    return memory;
}

void tcpconf_free(void *memory) {
    tcpconf_live -= memory != NULL;
    free(memory);
}

void tcpconf_assert(const char *message, const char *file, int line) {
    const char *name = file;
    for (const char *c = file; *c != 0; c++)
        name = *c == '/' ? c + 1 : name;
    fprintf(stderr, "lwIP's assertion failed: %s (%s:%d)\n", message, name, line);
    fflush(stderr);
    abort();
}
