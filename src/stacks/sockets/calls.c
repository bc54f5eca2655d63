#include "tester.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct call *newest;

struct call *call_new(int64_t id, enum verb verb)
{
    struct call *call = calloc(1, sizeof *call);
    if (!call)
        abort();
    call->id = id;
    call->verb = verb;
    call->older = newest;
    if (newest)
        newest->newer = call;
    newest = call;
    return call;
}

static void settle(struct call *call)
{
    if (call->answered)
        return;
    call->answered = true;
    if (call->older)
        call->older->newer = call->newer;
    if (call->newer)
        call->newer->older = call->older;
    else
        newest = call->older;
}

void call_free(struct call *call)
{
    settle(call);
    free(call->text);
    free(call);
}

struct call *call_find(int64_t id)
{
    struct call *call = newest;
    while (call && call->id != id)
        call = call->older;
    return call;
}

void queue_begin(struct queue *queue)
{
    queue->first = NULL;
    queue->last = &queue->first;
}

void queue_add(struct queue *queue, struct call *call)
{
    *queue->last = call;
    queue->last = &call->next;
}

void queue_drop(struct queue *queue)
{
    struct call *call = queue->first;
    queue->first = call->next;
    if (!queue->first)
        queue->last = &queue->first;
    call_free(call);
}

struct call *queue_next(struct queue *queue)
{
    while (queue->first && queue->first->answered)
        queue_drop(queue);
    return queue->first;
}

void answer_ok(struct call *call, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    if (call->answered)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lines_write("%lld ok%s%s", (long long)call->id, text[0] ? " " : "", text);
    settle(call);
}

void answer_octets(struct call *call, const uint8_t *octets, size_t count)
{
    if (!call->answered)
        lines_write_octets(call->id, octets, count);
    settle(call);
}

void answer_error(struct call *call, int error)
{
    if (call->answered)
        return;
    /* Calls that move octets tell how many they have moved. */
    if (call->count > 0)
        lines_write("%lld err %s %llu", (long long)call->id, error_name(error),
            (unsigned long long)call->done);
    else
        lines_write("%lld err %s", (long long)call->id, error_name(error));
    settle(call);
}
