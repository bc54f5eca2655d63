// The least driver of the kind that out-of-process fuzzers of .NET have: libFuzzer in a native
// process, the target in another, shared memory for coverage and input, two pipes for their turns.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <signal.h>
#include <string>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

extern "C" int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));

static const size_t MapSize = 1 << 16;
static const size_t LongestInput = 1 << 20;
static const int FromDriver = 198, ToDriver = 199;

// Not static: only libFuzzer reads them, by the section's name.
__attribute__((used, section("__libfuzzer_extra_counters"))) uint8_t counters[MapSize];

static uint8_t *shared;
static int toTarget, fromTarget;

static int run(const uint8_t *data, size_t size) {
    uint32_t length = size < LongestInput ? size : LongestInput, status = 0;
    memset(shared, 0, MapSize);
    memcpy(shared + MapSize, data, length);
    if (write(toTarget, &length, 4) != 4 || read(fromTarget, &status, 4) != 4)
        abort();
    memcpy(counters, shared, MapSize);
    if (status)
        abort();
    return 0;
}

static void start(const char *program, const char *target) {
    int to[2], from[2];
    int id = shmget(IPC_PRIVATE, MapSize + LongestInput, IPC_CREAT | 0600);
    shared = static_cast<uint8_t *>(shmat(id, nullptr, 0));
    if (id < 0 || pipe(to) || pipe(from))
        abort();
    setenv("__AFL_SHM_ID", std::to_string(id).c_str(), 1);
    pid_t parent = getpid();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent || dup2(to[0], FromDriver) < 0 || dup2(from[1], ToDriver) < 0)
            _exit(1);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        execl(program, program, target, static_cast<char *>(nullptr));
        _exit(1);
    }
    close(to[0]), close(from[1]);
    toTarget = to[1], fromTarget = from[0];
    uint32_t ready;
    if (read(fromTarget, &ready, 4) != 4)
        abort();
    // Goes with the last process that has it.
    shmctl(id, IPC_RMID, nullptr);
}

// The program and its argument, then libFuzzer's flags.
int main(int argc, char **argv) {
    start(argv[1], argv[2]);
    argv[2] = argv[0];
    argc -= 2, argv += 2;
    return LLVMFuzzerRunDriver(&argc, &argv, run);
}
