// Words of the line protocol (specs/upper-tester.md) and octets of its pattern.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using Octets = std::vector<uint8_t>;

// The words between single spaces; empty ones show a space too many.
std::vector<std::string> SplitWords(const std::string& line);

// Decimal digits and nothing else.
bool ReadNumber(const std::string& word, uint64_t& number);

Octets Pattern(uint64_t seed, uint64_t offset, size_t count);

// Index of the first octet that is not the pattern's, or -1.
int64_t FirstDifference(uint64_t seed, uint64_t offset, const Octets& octets);

std::string ToHex(const Octets& octets);

// Takes the arguments of a request one after another and remembers a failure.
class Arguments
{
  public:
    explicit Arguments(std::vector<std::string> words);

    bool Failed() const;
    bool AtEnd() const;
    void Fail();
    std::string Word();
    uint64_t Number(uint64_t least, uint64_t most);
    Octets Hex();

    // All that are left, each name=value.
    std::vector<std::pair<std::string, std::string>> Options();

  private:
    std::vector<std::string> m_words;
    size_t m_next{0};
    bool m_failed{false};
};
