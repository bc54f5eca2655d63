#include "scale.h"
#include "nat.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#define PORTS 65536
#define SYN 2
#define NOP 1
#define SCALE 3
#define MOST_SHIFT 14

static bool repairs;
static struct {
    bool offers;    /* the option, in the guest's SYN */
    uint8_t shift;  /* of passt's windows */
} ports[PORTS];

void scale_repair(void)
{
    repairs = true;
}

/* Where the option is in a header; null: nowhere. */
static uint8_t *option_of(uint8_t *tcp, size_t length)
{
    size_t end = (size_t)(tcp[12] >> 4) * 4;
    end = end < length ? end : length;
    for (size_t at = 20; at < end && tcp[at] != 0;) {
        if (tcp[at] == NOP) {
            at++;
            continue;
        }
        if (at + 1 >= end || tcp[at + 1] < 2 || at + tcp[at + 1] > end)
            return NULL;
        if (tcp[at] == SCALE && tcp[at + 1] == 3)
            return tcp + at;
        at += tcp[at + 1];
    }
    return NULL;
}

void scale_to_stack(const uint8_t *tcp, size_t length, uint16_t port)
{
    if ((tcp[13] & SYN) != 0)
        ports[port].offers = option_of((uint8_t *)tcp, length) != NULL;
}

/* Writes words of the header, which begin at an even place. */
static void write_words(uint8_t *tcp, size_t at, const uint8_t *octets, size_t count)
{
    nat_adjust(tcp + 16, tcp + at, octets, count);
    memcpy(tcp + at, octets, count);
}

static void take_out(uint8_t *tcp, uint8_t *option)
{
    uint8_t words[4];
    size_t at = (size_t)(option - tcp), begin = at & ~(size_t)1;
    memcpy(words, tcp + begin, sizeof words);
    memset(words + (at - begin), NOP, 3);
    write_words(tcp, begin, words, sizeof words);
}

void scale_from_stack(uint8_t *tcp, size_t length, uint16_t port)
{
    if (!repairs || ports[port].offers)
        return;
    if ((tcp[13] & SYN) != 0) {
        uint8_t *option = option_of(tcp, length);
        ports[port].shift = option && option[2] <= MOST_SHIFT ? option[2] : 0;
        if (option)
            take_out(tcp, option);
        return;     /* its own window is not scaled */
    }
    uint32_t window = (uint32_t)(tcp[14] << 8 | tcp[15]) << ports[port].shift;
    uint16_t word = htons((uint16_t)(window < UINT16_MAX ? window : UINT16_MAX));
    write_words(tcp, 14, (const uint8_t *)&word, sizeof word);
}
