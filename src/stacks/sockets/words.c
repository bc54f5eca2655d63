#include "tester.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool read_number(const char *word, uint64_t most, uint64_t *number)
{
    uint64_t n = 0;
    if (!*word)
        return false;
    for (; *word; word++) {
        unsigned digit = (unsigned)*word - '0';
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *number = n;
    return n <= most;
}

bool read_address(const char *ip, const char *port, struct address *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address->name;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->name;
    uint64_t number;
    memset(address, 0, sizeof *address);
    if (!read_number(port, UINT16_MAX, &number))
        return false;
    if (inet_pton(AF_INET, ip, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)number);
        address->length = sizeof *v4;
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)number);
    address->length = sizeof *v6;
    return inet_pton(AF_INET6, ip, &v6->sin6_addr) == 1;
}

bool read_option(char *word, struct option *option)
{
    char *at = strchr(word, '=');
    if (!at || at == word)
        return false;
    *at = 0;
    option->name = word;
    option->value = at + 1;
    return true;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint8_t *read_hex(const char *word, size_t *count)
{
    size_t length = strlen(word);
    *count = length / 2;
    if (length == 0 || length % 2 != 0)
        return NULL;
    uint8_t *octets = malloc(*count);
    for (size_t i = 0; octets && i < *count; i++) {
        int high = digit_of(word[2 * i]);
        int low = digit_of(word[2 * i + 1]);
        if (high < 0 || low < 0) {
            free(octets);
            return NULL;
        }
        octets[i] = (uint8_t)(high << 4 | low);
    }
    return octets;
}

#define NAME(error) { error, #error }

const char *error_name(int error)
{
    static const struct { int error; const char *name; } names[] = {
        NAME(EPERM), NAME(ENOENT), NAME(EINTR), NAME(EIO), NAME(ENXIO), NAME(EBADF),
        NAME(EAGAIN), NAME(ENOMEM), NAME(EACCES), NAME(EFAULT), NAME(EBUSY), NAME(EEXIST),
        NAME(ENODEV), NAME(EINVAL), NAME(ENFILE), NAME(EMFILE), NAME(EPIPE), NAME(EPROTO),
        NAME(EILSEQ), NAME(ENOTSOCK), NAME(EDESTADDRREQ), NAME(EMSGSIZE), NAME(ENOPROTOOPT),
        NAME(EPROTONOSUPPORT), NAME(EOPNOTSUPP), NAME(EAFNOSUPPORT), NAME(EADDRINUSE),
        NAME(EADDRNOTAVAIL), NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENETRESET),
        NAME(ECONNABORTED), NAME(ECONNRESET), NAME(ENOBUFS), NAME(EISCONN), NAME(ENOTCONN),
        NAME(ESHUTDOWN), NAME(ETIMEDOUT), NAME(ECONNREFUSED), NAME(EHOSTDOWN),
        NAME(EHOSTUNREACH), NAME(EALREADY), NAME(EINPROGRESS), NAME(ECANCELED),
    };
    static char other[16];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].error == error)
            return names[i].name;
    snprintf(other, sizeof other, "E%d", error);
    return other;
}
