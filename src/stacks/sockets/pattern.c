#include "tester.h"

/* Eight octets, the first in the low bits. */
static uint64_t block_of(uint64_t seed, uint64_t block)
{
    uint64_t z = seed + (block + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint8_t octet_at(uint64_t seed, uint64_t offset, uint64_t *block)
{
    if (offset % 8 == 0)
        *block = block_of(seed, offset / 8);
    return (uint8_t)(*block >> (offset % 8 * 8));
}

void pattern_fill(uint64_t seed, uint64_t offset, uint8_t *octets, size_t count)
{
    uint64_t block = block_of(seed, offset / 8);
    for (size_t i = 0; i < count; i++)
        octets[i] = octet_at(seed, offset + i, &block);
}

size_t pattern_same(uint64_t seed, uint64_t offset, const uint8_t *octets, size_t count)
{
    uint64_t block = block_of(seed, offset / 8);
    size_t i = 0;
    while (i < count && octets[i] == octet_at(seed, offset + i, &block))
        i++;
    return i;
}
