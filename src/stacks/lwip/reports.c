// What a sanitizer reports, and a fault of the processor, leave lwIP as a failed assertion does: it
// costs one case and not the run. The access that was reported is not made.
#define _GNU_SOURCE
#include "reports.h"

#include <stddef.h>

#ifndef TCPCONF_SIGNALS

void tcpconf_reports_begin(void) {}
const char *tcpconf_report(void) { return NULL; }
void tcpconf_report_clear(void) {}

#else

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "stack.h"

#define KEPT __attribute__((section(".tcpconf_kept")))
#define MOST_TEXT 16384

static char report[MOST_TEXT] KEPT;

const char *tcpconf_report(void) { return report[0] == 0 ? NULL : report; }

void tcpconf_report_clear(void) { report[0] = 0; }

static const struct { int number; const char *name; } signals[] = {
    {SIGSEGV, "segmentation fault"}, {SIGBUS, "bus error"}, {SIGFPE, "arithmetic fault"},
};
#define SIGNALS (sizeof signals / sizeof *signals)

static struct sigaction before[SIGNALS] KEPT;

// .NET has handlers of its own, for its own code and for other threads.
static void pass_on(size_t i, int number, siginfo_t *info, void *context) {
    if ((before[i].sa_flags & SA_SIGINFO) != 0)
        before[i].sa_sigaction(number, info, context);
    else if (before[i].sa_handler != SIG_DFL && before[i].sa_handler != SIG_IGN)
        before[i].sa_handler(number);
    else
        sigaction(number, &before[i], NULL); // it comes again
}

static uintptr_t place_of(void *context) {
#if defined(__x86_64__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.pc;
#else
    return 0;
#endif
}

static void faulted(int number, siginfo_t *info, void *context) {
    size_t i = 0;
    while (signals[i].number != number)
        i++;
    if (!tcpconf_is_inside()) {
        pass_on(i, number, info, context);
        return;
    }
    uintptr_t pc = place_of(context);
    Dl_info in = {0};
    if (dladdr((void *)pc, &in) == 0)
        in.dli_fname = "?";
    snprintf(report, sizeof report, "%s (%s+0x%zx) at address %p\n", signals[i].name,
        in.dli_fname, (size_t)(pc - (uintptr_t)in.dli_fbase), info->si_addr);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    tcpconf_leave("%s (+0x%zx)", signals[i].name, (size_t)(pc - (uintptr_t)in.dli_fbase));
}

// On the stack on which the handler before it wants to run: .NET makes exceptions of arithmetic
// faults where they are, and needs more room than an alternate stack has.
static void signals_begin(void) {
    for (size_t i = 0; i < SIGNALS; i++) {
        sigaction(signals[i].number, NULL, &before[i]);
        struct sigaction action = {
            .sa_sigaction = faulted,
            .sa_flags = SA_SIGINFO | (before[i].sa_flags & SA_ONSTACK),
        };
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, &action, NULL);
    }
}

#ifndef TCPCONF_REPORTS

void tcpconf_reports_begin(void) { signals_begin(); }

#else

#include <sanitizer/asan_interface.h>

#define OURS __attribute__((no_sanitize("address", "undefined")))

// The last line of a report says what and where, and is the same in each run.
static OURS void reported(const char *text) {
    static const char mark[] = "SUMMARY: ";
    snprintf(report, sizeof report, "%s", text);
    const char *summary = strstr(text, mark);
    summary = summary == NULL ? text : summary + sizeof mark - 1;
    tcpconf_say("%.*s", (int)strcspn(summary, "\n"), summary);
}

void tcpconf_reports_begin(void) {
    signals_begin();
    __asan_set_error_report_callback(reported);
}

// The compiler calls these where an access is wrong. The functions of the runtime of the same
// names would return, and the access be made.
static OURS void wrong(void *pc, void *frame, void *address, int is_write, size_t size) {
    __asan_report_error(pc, frame, frame, address, is_write, size);
    tcpconf_leave(NULL);
}

#define WRONG(name, is_write, size)                                                  \
    OURS void __asan_report_##name##_noabort(void *address) {                        \
        wrong(__builtin_return_address(0), __builtin_frame_address(0), address,      \
            is_write, size);                                                         \
    }

#define WRONG_N(name, is_write)                                                      \
    OURS void __asan_report_##name##_noabort(void *address, size_t size) {           \
        wrong(__builtin_return_address(0), __builtin_frame_address(0), address,      \
            is_write, size);                                                         \
    }

WRONG(load1, 0, 1)
WRONG(load2, 0, 2)
WRONG(load4, 0, 4)
WRONG(load8, 0, 8)
WRONG(load16, 0, 16)
WRONG_N(load_n, 0)
WRONG(store1, 1, 1)
WRONG(store2, 1, 2)
WRONG(store4, 1, 4)
WRONG(store8, 1, 8)
WRONG(store16, 1, 16)
WRONG_N(store_n, 1)

// UndefinedBehaviorSanitizer's own functions of these names report each place once in the life of a
// process: the second case that comes by would pass. What they are given begins with the place.
struct place {
    const char *file;
    uint32_t line, column;
};

static OURS void undefined(const char *what, const struct place *at) {
    const char *name = strrchr(at->file, '/');
    snprintf(report, sizeof report, "UndefinedBehaviorSanitizer: %s (%s:%u:%u)\n", what,
        at->file, (unsigned)at->line, (unsigned)at->column);
    tcpconf_leave("UndefinedBehaviorSanitizer: %s (%s:%u)", what,
        name == NULL ? at->file : name + 1, (unsigned)at->line);
}

#define UNDEFINED(name) \
    OURS void __ubsan_handle_##name(const struct place *at) { undefined(#name, at); }

UNDEFINED(type_mismatch_v1)
UNDEFINED(alignment_assumption)
UNDEFINED(add_overflow)
UNDEFINED(sub_overflow)
UNDEFINED(mul_overflow)
UNDEFINED(negate_overflow)
UNDEFINED(divrem_overflow)
UNDEFINED(out_of_bounds)
UNDEFINED(builtin_unreachable)
UNDEFINED(missing_return)
UNDEFINED(vla_bound_not_positive)
UNDEFINED(float_cast_overflow)
UNDEFINED(load_invalid_value)
UNDEFINED(invalid_builtin)
UNDEFINED(nonnull_arg)
UNDEFINED(pointer_overflow)

OURS void __ubsan_handle_nonnull_return_v1(void *attribute, const struct place *at) {
    (void)attribute;
    undefined("nonnull_return_v1", at);
}

#endif
#endif
