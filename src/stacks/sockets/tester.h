/* An upper tester (specs/upper-tester.md) over Berkeley sockets: what its parts know of each
 * other. To put it on another stack with such an interface, replace sockets.c and options.c. */
#ifndef TESTER_H
#define TESTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Octets of the longest line, the line feed included. */
#define LONGEST_LINE (1u << 20)
/* Octets that one call to the stack moves at most. */
#define BUFFER_SIZE (256u * 1024)

/* ---- lines.c: standard input and output ---- */

/* Some lines lose what is written to them too fast: unless it is 0, a reply "+" is written for
 * every so many octets that have been read. */
void lines_begin(int in, int out, size_t credit);
/* Reads once what is there; false at the end of the input. */
bool lines_fill(void);
/* The next whole line without its line feed; its length tells if it was cut. */
char *lines_take(size_t *length);
/* Writes one reply; the line feed is added. */
void lines_write(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes the line "ID ok OCTETS" without a copy on the stack. */
void lines_write_octets(int64_t id, const uint8_t *octets, size_t count);
/* Gives to the output what it takes; false if nobody reads it any more. */
bool lines_flush(void);
bool lines_behind(void);

/* ---- words.c: what a word of a request says ---- */

/* One option of a socket, pointing into the line that it came in. */
struct option {
    const char *name;
    const char *value;
};

struct address {
    struct sockaddr_storage name;
    socklen_t length;
};

bool read_number(const char *word, uint64_t most, uint64_t *number);
bool read_address(const char *ip, const char *port, struct address *address);
/* Cuts "NAME=VALUE" in two. */
bool read_option(char *word, struct option *option);
/* Octets in hexadecimal; the caller frees them. Null if the word is none. */
uint8_t *read_hex(const char *word, size_t *count);
/* The errno's name, or E and the number. */
const char *error_name(int error);

/* ---- pattern.c ---- */

void pattern_fill(uint64_t seed, uint64_t offset, uint8_t *octets, size_t count);
/* How many of the octets are the pattern's, from the first on. */
size_t pattern_same(uint64_t seed, uint64_t offset, const uint8_t *octets, size_t count);

/* ---- options.c: one socket option of the stack ---- */

/* Sets it; 0 or the error number. */
int option_set(int fd, const char *name, const char *value);
/* The words of STATUS into a buffer; 0 or the error number. */
int info_text(int fd, char *text, size_t size);

/* ---- calls.c: requests that wait ---- */

enum verb {
    PING, QUIT, LISTEN, ACCEPT, OPEN, CONNECTED, SEND, SEND_URGENT, RECV, RECV_PATTERN, URGENT,
    AT_MARK, RECV_URGENT, ERROR, SHUTDOWN, CLOSE, ABORT, SETOPT, GETINFO, CANCEL,
};

struct call {
    struct call *next;              /* in its queue */
    struct call *newer, *older;     /* among those that have no answer yet */
    int64_t id;
    uint64_t handle;                /* whose it is; 0: nobody's */
    enum verb verb;
    bool answered;
    uint8_t *text;                  /* to be sent; null: the pattern */
    uint64_t seed, offset;
    uint64_t count, done;           /* octets */
};

struct queue {
    struct call *first, **last;
};

struct call *call_new(int64_t id, enum verb verb);
void call_free(struct call *call);
struct call *call_find(int64_t id);
void queue_begin(struct queue *queue);
void queue_add(struct queue *queue, struct call *call);
/* The first that still waits; those that were given up are dropped. */
struct call *queue_next(struct queue *queue);
void queue_drop(struct queue *queue);
void answer_ok(struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void answer_octets(struct call *call, const uint8_t *octets, size_t count);
void answer_error(struct call *call, int error);

/* ---- sockets.c: handles, and the calls on them ---- */

/* Watches sockets with this epoll descriptor; the handle is what it tells. */
void sockets_begin(int epoll, const struct option *defaults, size_t count);
void socket_listen(int64_t id, const struct address *own, int backlog,
    const struct option *options, size_t count);
void socket_open(int64_t id, const struct address *own, const struct address *peer,
    const struct option *options, size_t count);
bool socket_exists(uint64_t handle);
void socket_setopt(int64_t id, uint64_t handle, const struct option *option);
/* Starts a call on a socket that exists; it is answered and freed in time. */
void socket_start(uint64_t handle, struct call *call);
/* Something has happened on a socket, if it is still there, or to a call on it. */
void socket_ready(uint64_t handle);

/* ---- names.c: what sockets are called on the link ---- */

/* Turns an address of the stack on the link into the application's. */
void name_own(struct address *own);
/* Whether there is an active OPEN. */
bool name_can_open(void);
/* Turns the peer that the application is told of, of a connection that was accepted at a port,
 * into the one on the link. */
void name_peer(struct sockaddr_storage *peer, uint16_t own_port);
/* Waits until the stack has sent what it sent before the application's answers, where they come by a
 * shorter way. */
void name_answers(void);

/* ---- requests.c ---- */

/* Starts what a line asks for; false after quit. */
bool request_take(char *line, size_t length);

#endif
