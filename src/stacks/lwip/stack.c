// Clock, random numbers and memory of lwIP.
#include "stack.h"

#include <pthread.h>
#include <stdarg.h>
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

// All allocations in a list, so that a stack that has lost its way can be thrown away whole. What
// stands before each is out of bounds for lwIP.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define HIDE(memory, size) ASAN_POISON_MEMORY_REGION(memory, size)
#endif
#endif
#ifndef HIDE
#define HIDE(memory, size)
#endif
#define UNSEEN __attribute__((no_sanitize("address")))

struct block {
    struct block *next, *previous;
};

static struct block *blocks __attribute__((section(".tcpconf_kept")));

static UNSEEN void *linked(struct block *b) {
    if (b == NULL)
        return NULL;
    b->previous = NULL;
    b->next = blocks;
    if (blocks != NULL)
        blocks->previous = b;
    blocks = b;
    tcpconf_live++;
    HIDE(b, sizeof *b);
    return b + 1;
}

void *tcpconf_malloc(size_t size) { return linked(malloc(sizeof(struct block) + size)); }

void *tcpconf_calloc(size_t count, size_t size) {
    return linked(calloc(1, sizeof(struct block) + count * size));
}

UNSEEN void tcpconf_free(void *memory) {
    if (memory == NULL)
        return;
    struct block *b = (struct block *)memory - 1;
    // A second time: the sanitizer says so.
    if (b->previous == b) {
        free(b);
        return;
    }
    if (b->next != NULL)
        b->next->previous = b->previous;
    if (b->previous != NULL)
        b->previous->next = b->next;
    else
        blocks = b->next;
    b->previous = b;
    tcpconf_live--;
    free(b);
}

void tcpconf_free_all(int64_t but) {
    // The youngest come first.
    while (tcpconf_live > but)
        tcpconf_free(blocks + 1);
}

static jmp_buf *escape __attribute__((section(".tcpconf_kept")));
static pthread_t inside __attribute__((section(".tcpconf_kept")));
static char said[512] __attribute__((section(".tcpconf_kept")));

void tcpconf_escape_to(jmp_buf *place) {
    inside = pthread_self();
    escape = place;
}

const char *tcpconf_said(void) { return said; }

int tcpconf_is_inside(void) { return escape != NULL && pthread_equal(inside, pthread_self()); }

static void say(const char *format, va_list words) {
    vsnprintf(said, sizeof said, format, words);
}

void tcpconf_say(const char *format, ...) {
    va_list words;
    va_start(words, format);
    say(format, words);
    va_end(words);
}

void tcpconf_leave(const char *format, ...) {
    if (format != NULL) {
        va_list words;
        va_start(words, format);
        say(format, words);
        va_end(words);
    }
    if (escape != NULL)
        longjmp(*escape, 1);
}

void tcpconf_assert(const char *message, const char *file, int line) {
    const char *name = file;
    for (const char *c = file; *c != 0; c++)
        name = *c == '/' ? c + 1 : name;
    tcpconf_leave("%s (%s:%d)", message, name, line);
    fprintf(stderr, "lwIP's assertion failed: %s\n", said);
    fflush(stderr);
    abort();
}
