#include "guard.h"

#include <atomic>
#include <chrono>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace
{
sigjmp_buf g_return;
volatile bool g_isGuarded = false;
std::thread::id g_thread;
int g_frames = 0;

// Counts what was begun, for a look from outside.
std::atomic<uint64_t> g_begun{0};

// How long ns-3 may be at one thing, and its thread be away from the processor.
constexpr auto Longest = std::chrono::seconds(2);

// More than any window of a test lets out at once.
constexpr int MostFrames = 1000;
} // namespace

bool
Guarded(const std::function<void()>& action)
{
    if (g_isGuarded)
    {
        action();
        return true;
    }
    g_isGuarded = true;
    g_frames = 0;
    g_begun++;
    bool fine = sigsetjmp(g_return, 1) == 0;
    if (fine)
    {
        action();
    }
    g_isGuarded = false;
    g_begun++;
    return fine;
}

// Back to what was begun last.
[[noreturn]] static void
GoOn()
{
    siglongjmp(g_return, 1);
}

static bool
IsGuarded()
{
    return g_isGuarded && std::this_thread::get_id() == g_thread;
}

static void
OnFault(int signal)
{
    static const char said[] = "ns-3 has run into a segmentation fault (gone on)\n";
    if (IsGuarded() && write(STDERR_FILENO, said, sizeof said - 1) > 0)
    {
        GoOn();
    }
    // Once more, and to the end.
    std::signal(signal, SIG_DFL);
}

void
CountFrame()
{
    if (++g_frames > MostFrames && IsGuarded())
    {
        std::cerr << "ns-3 sends without end (gone on)" << std::endl;
        GoOn();
    }
}

static void
OnEndless(int)
{
    static const char said[] = "ns-3 is at one thing without end (gone on)\n";
    if (IsGuarded() && write(STDERR_FILENO, said, sizeof said - 1) > 0)
    {
        GoOn();
    }
}

// The count is odd while something is being done.
static void
WatchOver(pthread_t thread)
{
    uint64_t before = 0;
    while (true)
    {
        std::this_thread::sleep_for(Longest);
        uint64_t now = g_begun;
        if (now == before && now % 2 == 1)
        {
            pthread_kill(thread, SIGUSR1);
        }
        before = now;
    }
}

void
GuardThisThread()
{
    g_thread = std::this_thread::get_id();
    std::signal(SIGSEGV, OnFault);
    std::signal(SIGUSR1, OnEndless);
    std::thread(WatchOver, pthread_self()).detach();
}

// ns-3's assertions end in this function: the program's own comes before the library's. Objects on
// the stack between are left as they are, which costs some memory.
void
std::terminate() noexcept
{
    if (IsGuarded())
    {
        std::cerr << " (gone on)" << std::endl;
        GoOn();
    }
    std::abort();
}
