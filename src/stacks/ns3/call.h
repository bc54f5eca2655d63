// A request that has begun.
#pragma once

#include "words.h"

#include <memory>

struct Call
{
    uint64_t id{0};
    std::string verb;
    // What is sent, unless it is octets of the pattern.
    Octets text;
    bool isPattern{false};
    uint64_t seed{0};
    uint64_t offset{0};
    uint64_t count{0};
    uint64_t done{0};
    bool isAnswered{false};
};

using CallPtr = std::shared_ptr<Call>;
