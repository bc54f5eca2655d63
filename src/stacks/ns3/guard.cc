#include "guard.h"

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace
{
sigjmp_buf g_return;
bool g_isGuarded = false;
std::thread::id g_thread;
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
    bool fine = sigsetjmp(g_return, 1) == 0;
    if (fine)
    {
        action();
    }
    g_isGuarded = false;
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
OnFault(int)
{
    static const char said[] = "ns-3 has run into a segmentation fault (gone on)\n";
    if (!IsGuarded() || write(STDERR_FILENO, said, sizeof said - 1) < 0)
    {
        std::_Exit(1);
    }
    GoOn();
}

void
GuardThisThread()
{
    g_thread = std::this_thread::get_id();
    std::signal(SIGSEGV, OnFault);
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
