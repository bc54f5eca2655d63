#include "tester.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 18
#define MOST_OPTIONS 13

/* A request is ID VERB ARGUMENT…; these are its arguments. */
struct words {
    char *word[MOST_WORDS];
    size_t count;
};

static const struct {
    const char *name;
    size_t least, most;     /* arguments */
} verbs[] = {
    [PING] = { "ping", 0, 0 },
    [QUIT] = { "quit", 0, 0 },
    [LISTEN] = { "listen", 3, 16 },
    [ACCEPT] = { "accept", 1, 1 },
    [OPEN] = { "open", 4, 16 },
    [CONNECTED] = { "connected", 1, 1 },
    [SEND] = { "send", 3, 5 },
    [SEND_URGENT] = { "send-urgent", 3, 5 },
    [RECV] = { "recv", 2, 2 },
    [RECV_PATTERN] = { "recv-pattern", 4, 4 },
    [URGENT] = { "urgent", 1, 1 },
    [AT_MARK] = { "at-mark", 1, 1 },
    [RECV_URGENT] = { "recv-urgent", 1, 1 },
    [ERROR] = { "error", 1, 1 },
    [SHUTDOWN] = { "shutdown", 1, 1 },
    [CLOSE] = { "close", 1, 1 },
    [ABORT] = { "abort", 1, 1 },
    [SETOPT] = { "setopt", 3, 3 },
    [GETINFO] = { "getinfo", 1, 1 },
    [CANCEL] = { "cancel", 1, 1 },
};

/* Cuts a line at its spaces; false if it has too many words or an empty one. */
static bool split(char *line, struct words *words)
{
    words->count = 0;
    for (char *at = line; at; words->count++) {
        if (words->count == MOST_WORDS)
            return false;
        char *space = strchr(at, ' ');
        if (space)
            *space = 0;
        words->word[words->count] = at;
        if (!*at && words->count > 0)
            return false;
        at = space ? space + 1 : NULL;
    }
    return true;
}

static bool read_options(char **words, size_t count, struct option *options)
{
    for (size_t i = 0; i < count; i++)
        if (!read_option(words[i], &options[i]))
            return false;
    return true;
}

static bool take_listen(int64_t id, char **a, size_t count)
{
    struct address own;
    struct option options[MOST_OPTIONS];
    uint64_t backlog;
    if (!read_address(a[0], a[1], &own) || !read_number(a[2], INT32_MAX, &backlog)
        || !read_options(a + 3, count - 3, options))
        return false;
    socket_listen(id, &own, (int)backlog, options, count - 3);
    return true;
}

static bool take_open(int64_t id, char **a, size_t count)
{
    struct address own, peer;
    struct option options[MOST_OPTIONS];
    if (!read_address(a[0], a[1], &own) || !read_address(a[2], a[3], &peer)
        || own.name.ss_family != peer.name.ss_family
        || !read_options(a + 4, count - 4, options))
        return false;
    socket_open(id, &own, &peer, options, count - 4);
    return true;
}

static bool take_cancel(int64_t id, const char *word)
{
    uint64_t which;
    if (!read_number(word, INT64_MAX, &which) || which == 0)
        return false;
    struct call *call = call_find((int64_t)which);
    if (call) {
        uint64_t handle = call->handle;
        answer_error(call, ECANCELED);
        lines_write("%lld ok", (long long)id);
        socket_ready(handle);   /* what has waited for it can go on */
    } else {
        lines_write("%lld err ENOENT", (long long)id);
    }
    return true;
}

static bool read_pattern(char **a, struct call *call)
{
    return read_number(a[0], UINT64_MAX, &call->seed)
        && read_number(a[1], UINT64_MAX, &call->offset)
        && read_number(a[2], INT64_MAX, &call->count) && call->count > 0;
}

/* The arguments of a call behind its handle. */
static bool read_call(char **a, size_t count, struct call *call)
{
    switch (call->verb) {
    case SEND:
    case SEND_URGENT:
        if (count == 2 && strcmp(a[0], "hex") == 0) {
            size_t octets;
            call->text = read_hex(a[1], &octets);
            call->count = octets;
            return call->text != NULL;
        }
        return count == 4 && strcmp(a[0], "pattern") == 0 && read_pattern(a + 1, call);
    case RECV:
        return read_number(a[0], BUFFER_SIZE, &call->count) && call->count > 0;
    case RECV_PATTERN:
        return read_pattern(a, call);
    default:
        return true;
    }
}

static bool take_on_socket(int64_t id, enum verb verb, char **a, size_t count)
{
    uint64_t handle;
    if (!read_number(a[0], INT64_MAX, &handle) || handle == 0)
        return false;
    if (verb == SETOPT) {
        struct option option = { a[1], a[2] };
        socket_setopt(id, handle, &option);
        return true;
    }
    struct call *call = call_new(id, verb);
    call->handle = handle;
    bool fine = read_call(a + 1, count - 1, call);
    if (fine && socket_exists(handle)) {
        socket_start(handle, call);
        return true;
    }
    if (fine)
        lines_write("%lld err EBADF", (long long)id);
    call_free(call);
    return fine;
}

static bool take(int64_t id, enum verb verb, char **a, size_t count)
{
    switch (verb) {
    case PING:
    case QUIT:
        lines_write("%lld ok", (long long)id);
        return true;
    case LISTEN:
        return take_listen(id, a, count);
    case OPEN:
        return take_open(id, a, count);
    case CANCEL:
        return take_cancel(id, a[0]);
    default:
        return take_on_socket(id, verb, a, count);
    }
}

static bool find_verb(const char *name, enum verb *verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0) {
            *verb = (enum verb)i;
            return true;
        }
    return false;
}

bool request_take(char *line, size_t length)
{
    struct words words;
    uint64_t id = 0;
    enum verb verb = PING;
    const char *defect = NULL;
    /* An octet zero would end a word too soon; this one belongs to no word. */
    for (char *zero; (zero = memchr(line, 0, length < LONGEST_LINE ? length : 0)) != NULL;)
        *zero = 1;
    bool whole = split(line, &words);
    if (!read_number(words.word[0], INT64_MAX, &id) || id == 0) {
        id = 0;
        defect = "NoId";
    } else if (length >= LONGEST_LINE) {
        defect = "TooLong";
    } else if (words.count < 2 || !find_verb(words.word[1], &verb)) {
        defect = "UnknownVerb";
    } else if (!whole || words.count - 2 < verbs[verb].least
        || words.count - 2 > verbs[verb].most) {
        defect = "WrongCount";
    } else if (call_find((int64_t)id)) {
        defect = "NoId";
    } else if (!take((int64_t)id, verb, words.word + 2, words.count - 2)) {
        defect = "WrongArgument";
    }
    if (defect)
        lines_write("%llu err EPROTO %s", (unsigned long long)id, defect);
    return verb != QUIT || defect;
}
