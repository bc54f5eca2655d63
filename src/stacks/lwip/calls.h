// The user calls of RFC 9293 §3.9.1 over lwIP's raw API: calls that wait, over callbacks.
#ifndef TCPCONF_CALLS_H
#define TCPCONF_CALLS_H

#include <stdint.h>

enum call_kind {
    CALL_LISTEN, CALL_STOP_LISTENING, CALL_CONNECT, CALL_ACCEPT, CALL_SEND, CALL_RECEIVE,
    CALL_SHUTDOWN, CALL_CLOSE, CALL_ABORT, CALL_AWAIT_URGENT, CALL_SET_OPTION,
};

enum call_option {
    OPTION_NO_DELAY, OPTION_KEEP_ALIVE, OPTION_KEEP_IDLE, OPTION_KEEP_INTERVAL, OPTION_KEEP_COUNT,
    OPTION_USER_TIMEOUT, OPTION_RECEIVE_BUFFER, OPTION_SEND_BUFFER, OPTION_TRAFFIC_CLASS,
    OPTION_HOP_LIMIT,
};

enum call_error {
    CALL_OK, CALL_REFUSED, CALL_RESET, CALL_TIMED_OUT, CALL_UNREACHABLE, CALL_CLOSING,
    CALL_NOT_CONNECTED, CALL_ADDRESS_IN_USE, CALL_INVALID_ADDRESS, CALL_OTHER,
};

// A pair of sockets; the IPv4 address is in the first four octets.
struct call_pair {
    uint8_t own[16], other[16];
    uint16_t own_port, other_port;
    uint8_t is_v6;
    uint8_t own_is_any; // connect: lwIP chooses the local address
    uint8_t reserved[2];
};

struct call {
    int32_t id, kind, option;
    int32_t value;  // of the option, or the most octets to receive
    struct call_pair pair;
    int32_t length; // of the text
    const uint8_t *text;
};

struct reply {
    int32_t id, error;
    int32_t count; // octets that were sent
    int32_t is_end;
    int32_t length; // of the text, which is copied to whoever takes the reply
    int32_t reserved;
};

// Starts a call; its reply comes at once or later. The text is copied.
void calls_start(const struct call *call);

// Replies that nobody has taken yet.
extern uint32_t calls_replies;

// Takes a reply and writes its text, of which there is no more than was asked for.
int calls_take(struct reply *reply, uint8_t *text);

// Gives up all sockets and calls; lwIP has given up its connections before.
void calls_clear(void);

#endif
