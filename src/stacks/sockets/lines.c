#include "tester.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (64u * 1024)

struct buffer {
    char *octets;
    size_t begin, end, room;
};

static int input, output;
static size_t credit, since_credit;
static struct buffer in, out;
static size_t seen;     /* no line feed before it */
static bool skipping;   /* the rest of a line that was too long */

void lines_begin(int in_fd, int out_fd, size_t credit_octets)
{
    input = in_fd;
    output = out_fd;
    credit = credit_octets;
}

/* Room for so many octets more, behind what is there. */
static char *make_room(struct buffer *b, size_t more)
{
    if (b->end + more > b->room) {
        size_t length = b->end - b->begin;
        if (b->begin > 0)
            memmove(b->octets, b->octets + b->begin, length);
        b->begin = 0;
        b->end = length;
        if (length + more > b->room) {
            b->room = 2 * (length + more);
            b->octets = realloc(b->octets, b->room);
            if (!b->octets)
                abort();
        }
    }
    return b->octets + b->end;
}

bool lines_fill(void)
{
    size_t before = in.begin;
    char *room = make_room(&in, CHUNK);
    seen -= before - in.begin;
    ssize_t n = read(input, room, CHUNK);
    if (n > 0) {
        in.end += (size_t)n;
        since_credit += (size_t)n;
        for (; credit > 0 && since_credit >= credit; since_credit -= credit)
            lines_write("+");
        return true;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

char *lines_take(size_t *length)
{
    for (;;) {
        char *feed = in.end > seen ? memchr(in.octets + seen, '\n', in.end - seen) : NULL;
        seen = feed ? (size_t)(feed - in.octets) : in.end;
        *length = seen - in.begin;
        if (!feed && (skipping || *length < LONGEST_LINE)) {
            in.begin = skipping ? in.end : in.begin;
            return NULL;
        }
        /* Of a line that is too long the first part only is kept. */
        bool skipped = skipping;
        char *line = in.octets + in.begin;
        if (!feed) {
            *length = LONGEST_LINE;
            line[LONGEST_LINE - 1] = 0;
        } else {
            *feed = 0;
            seen++;
        }
        skipping = !feed;
        in.begin = seen;
        if (!skipped)
            return line;
    }
}

void lines_write(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *room = make_room(&out, (size_t)n + 1);
    va_start(arguments, format);
    vsnprintf(room, (size_t)n + 1, format, arguments);
    va_end(arguments);
    room[n] = '\n';
    out.end += (size_t)n + 1;
}

void lines_write_octets(int64_t id, const uint8_t *octets, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *room = make_room(&out, 32 + 2 * count);
    size_t at = (size_t)sprintf(room, "%lld ok ", (long long)id);
    for (size_t i = 0; i < count; i++) {
        room[at++] = digits[octets[i] >> 4];
        room[at++] = digits[octets[i] & 15];
    }
    room[at++] = '\n';
    out.end += at;
}

bool lines_behind(void)
{
    return out.end > out.begin;
}

bool lines_flush(void)
{
    while (lines_behind()) {
        ssize_t n = write(output, out.octets + out.begin, out.end - out.begin);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        out.begin += (size_t)n;
    }
    out.begin = out.end = 0;
    return true;
}
