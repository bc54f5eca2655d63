// Between the program and libFuzzer, which this library contains whole: tells it where the counters
// of the woven code are, and hands over what killed an input.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));
extern "C" void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
extern "C" void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);

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

// Writes the input that runs now as an artifact and ends the process.
extern "C" void tcpconf_fuzz_crash() { fuzzer::Fuzzer::StaticCrashSignalCallback(); }
