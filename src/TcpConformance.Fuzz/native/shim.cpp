// Between the program and libFuzzer, which this library contains whole: tells it where the counters
// of the woven code are, and hands over what killed an input.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>

extern "C" int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));
extern "C" void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
extern "C" void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

// libFuzzer asks before and after each input, and counts in whole seconds: the clock that the kernel
// sets some hundred times a second will do, and takes a fraction of the time to read.
std::chrono::system_clock::time_point std::chrono::system_clock::now() noexcept {
    timespec at;
    clock_gettime(CLOCK_REALTIME_COARSE, &at);
    return time_point(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
}

namespace fuzzer {
class Fuzzer {
public:
    static void StaticCrashSignalCallback();
};
}

extern "C" int tcpconf_fuzz(
    int argc, char **argv, int (*run)(const uint8_t *, size_t), uint8_t *counters, size_t count) {
    // A table of pairs, place and flags; the places need only differ.
    uintptr_t *places = static_cast<uintptr_t *>(calloc(2 * count, sizeof(uintptr_t)));
    for (size_t i = 0; i < count; i++)
        places[2 * i] = i + 1;
    if (count > 0) {
        __sanitizer_cov_8bit_counters_init(counters, counters + count);
        __sanitizer_cov_pcs_init(places, places + 2 * count);
    }
    return LLVMFuzzerRunDriver(&argc, &argv, run);
}

// A target that knows its inputs' structure changes them itself; null: it does not.
typedef size_t (*mutate_input)(uint8_t *data, size_t size, size_t most, unsigned seed);
typedef size_t (*cross_inputs)(
    const uint8_t *one, size_t size, const uint8_t *other, size_t other_size, uint8_t *out,
    size_t most, unsigned seed);
static mutate_input structured_mutate;
static cross_inputs structured_cross;
static unsigned structured_period = 1;

// Every how many mutations it is asked: where a run takes no longer than a call, now and then.
extern "C" void tcpconf_fuzz_structure(
    mutate_input mutate, cross_inputs cross, unsigned period) {
    structured_mutate = mutate;
    structured_cross = cross;
    structured_period = period;
}

extern "C" size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t most, unsigned seed) {
    return structured_mutate && seed % structured_period == 0
                             ? structured_mutate(data, size, most, seed)
                             : LLVMFuzzerMutate(data, size, most);
}

// What gives 0 is no input: libFuzzer tries another of its mutations.
extern "C" size_t LLVMFuzzerCustomCrossOver(
    const uint8_t *one, size_t size, const uint8_t *other, size_t other_size, uint8_t *out,
    size_t most, unsigned seed) {
    return structured_cross && seed % structured_period == 0
               ? structured_cross(one, size, other, other_size, out, most, seed)
               : 0;
}

// Writes the input that runs now as an artifact and ends the process.
extern "C" void tcpconf_fuzz_crash() { fuzzer::Fuzzer::StaticCrashSignalCallback(); }
