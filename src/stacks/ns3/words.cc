#include "words.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>

std::vector<std::string>
SplitWords(const std::string& line)
{
    std::vector<std::string> words;
    size_t begin = 0;
    size_t end;
    while ((end = line.find(' ', begin)) != std::string::npos)
    {
        words.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    words.push_back(line.substr(begin));
    return words;
}

bool
ReadNumber(const std::string& word, uint64_t& number)
{
    for (char c : word)
    {
        if (c < '0' || c > '9')
        {
            return false;
        }
    }
    errno = 0;
    number = std::strtoull(word.c_str(), nullptr, 10);
    return !word.empty() && errno == 0;
}

// SplitMix64 at one point.
static uint8_t
PatternOctet(uint64_t seed, uint64_t offset)
{
    uint64_t z = seed + (offset / 8 + 1) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) >> (offset % 8 * 8);
}

Octets
Pattern(uint64_t seed, uint64_t offset, size_t count)
{
    Octets octets(count);
    for (size_t i = 0; i < count; i++)
    {
        octets[i] = PatternOctet(seed, offset + i);
    }
    return octets;
}

int64_t
FirstDifference(uint64_t seed, uint64_t offset, const Octets& octets)
{
    for (size_t i = 0; i < octets.size(); i++)
    {
        if (octets[i] != PatternOctet(seed, offset + i))
        {
            return i;
        }
    }
    return -1;
}

std::string
ToHex(const Octets& octets)
{
    static const char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(octets.size() * 2);
    for (uint8_t o : octets)
    {
        text.push_back(digits[o >> 4]);
        text.push_back(digits[o & 15]);
    }
    return text;
}

Arguments::Arguments(std::vector<std::string> words)
    : m_words(std::move(words))
{
}

bool
Arguments::Failed() const
{
    return m_failed;
}

bool
Arguments::AtEnd() const
{
    return m_next >= m_words.size();
}

void
Arguments::Fail()
{
    m_failed = true;
}

std::string
Arguments::Word()
{
    if (AtEnd())
    {
        m_failed = true;
        return "";
    }
    return m_words[m_next++];
}

uint64_t
Arguments::Number(uint64_t least, uint64_t most)
{
    uint64_t n = least;
    if (!ReadNumber(Word(), n) || n < least || n > most)
    {
        m_failed = true;
        return least;
    }
    return n;
}

static int
Digit(char c)
{
    return std::isdigit(c) ? c - '0' : std::tolower(c) - 'a' + 10;
}

Octets
Arguments::Hex()
{
    std::string word = Word();
    bool fine = !word.empty() && word.size() % 2 == 0;
    for (char c : word)
    {
        fine = fine && std::isxdigit(static_cast<unsigned char>(c));
    }
    if (!fine)
    {
        m_failed = true;
        return {};
    }
    Octets octets(word.size() / 2);
    for (size_t i = 0; i < octets.size(); i++)
    {
        octets[i] = Digit(word[2 * i]) << 4 | Digit(word[2 * i + 1]);
    }
    return octets;
}

std::vector<std::pair<std::string, std::string>>
Arguments::Options()
{
    std::vector<std::pair<std::string, std::string>> all;
    while (!AtEnd())
    {
        std::string word = Word();
        size_t at = word.find('=');
        if (at == std::string::npos || at == 0)
        {
            m_failed = true;
            return all;
        }
        all.emplace_back(word.substr(0, at), word.substr(at + 1));
    }
    return all;
}
