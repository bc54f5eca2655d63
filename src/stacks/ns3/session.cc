#include "session.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <iostream>

using namespace ns3;

namespace
{
constexpr uint64_t MostOfAll = INT64_MAX;
constexpr uint64_t LongestReceive = 262144;

struct Bounds
{
    size_t least;
    size_t most;
};

const std::map<std::string, Bounds> ArgumentsOf = {
    {"ping", {0, 0}},        {"quit", {0, 0}},         {"listen", {3, 16}},
    {"open", {4, 16}},       {"accept", {1, 1}},       {"connected", {1, 1}},
    {"send", {3, 5}},        {"send-urgent", {3, 5}},  {"recv", {2, 2}},
    {"recv-pattern", {4, 4}}, {"urgent", {1, 1}},      {"at-mark", {1, 1}},
    {"recv-urgent", {1, 1}}, {"error", {1, 1}},        {"shutdown", {1, 1}},
    {"close", {1, 1}},       {"abort", {1, 1}},        {"setopt", {3, 3}},
    {"getinfo", {1, 1}},     {"cancel", {1, 1}},
};
} // namespace

Session::Session(Ptr<Node> node)
    : m_node(node)
{
}

void
Session::Say(const std::string& line)
{
    std::cout << line << '\n' << std::flush;
}

void
Session::Report(uint64_t id, const std::string& error)
{
    Say(std::to_string(id) + (error.empty() ? " ok" : " err " + error));
}

void
Session::Ok(const CallPtr& call, const std::string& text)
{
    Answer(call, text.empty() ? "ok" : "ok " + text);
}

void
Session::Fail(const CallPtr& call, const std::string& error)
{
    Answer(call,
           call->count > 0 ? "err " + error + ' ' + std::to_string(call->done) : "err " + error);
}

void
Session::Answer(const CallPtr& call, const std::string& text)
{
    if (!call->isAnswered)
    {
        call->isAnswered = true;
        m_outstanding.erase(call->id);
        Say(std::to_string(call->id) + ' ' + text);
    }
}

void
Session::Take(const std::string& line)
{
    std::vector<std::string> words = SplitWords(line);
    uint64_t id = 0;
    std::string defect;
    if (!ReadNumber(words[0], id) || id == 0 || id > MostOfAll)
    {
        id = 0;
        defect = "NoId";
    }
    else
    {
        defect = line.size() >= LongestLine ? "TooLong" : Start(id, words);
    }
    if (!defect.empty())
    {
        Report(id, "EPROTO " + defect);
    }
}

std::string
Session::Start(uint64_t id, const std::vector<std::string>& words)
{
    if (m_outstanding.count(id) != 0)
    {
        return "NoId";
    }
    auto verb = words.size() > 1 ? ArgumentsOf.find(words[1]) : ArgumentsOf.end();
    if (verb == ArgumentsOf.end())
    {
        return "UnknownVerb";
    }
    size_t count = words.size() - 2;
    bool anyEmpty = false;
    for (const std::string& word : words)
    {
        anyEmpty = anyEmpty || word.empty();
    }
    if (count < verb->second.least || count > verb->second.most || anyEmpty)
    {
        return "WrongCount";
    }
    Arguments arguments(std::vector<std::string>(words.begin() + 2, words.end()));
    return Begin(id, words[1], arguments) ? "" : "WrongArgument";
}

// Whether the arguments were good.
bool
Session::Begin(uint64_t id, const std::string& verb, Arguments& arguments)
{
    if (verb == "ping" || verb == "quit")
    {
        Report(id, "");
        if (verb == "quit")
        {
            std::_Exit(0);
        }
        return true;
    }
    if (verb == "listen" || verb == "open")
    {
        return Open(id, arguments, verb == "listen");
    }
    return verb == "cancel" ? Cancel(id, arguments) : OnSocket(id, verb, arguments);
}

bool
Session::Cancel(uint64_t id, Arguments& arguments)
{
    uint64_t which = arguments.Number(1, MostOfAll);
    if (arguments.Failed())
    {
        return false;
    }
    auto call = m_outstanding.find(which);
    bool found = call != m_outstanding.end();
    if (found)
    {
        Fail(CallPtr(call->second), "ECANCELED");
    }
    Report(id, found ? "" : "ENOENT");
    return true;
}

bool
Session::OnSocket(uint64_t id, const std::string& verb, Arguments& arguments)
{
    auto call = std::make_shared<Call>();
    call->id = id;
    call->verb = verb;
    uint64_t handle = arguments.Number(1, MostOfAll);
    std::string option;
    std::string value;
    if (verb == "send" || verb == "send-urgent")
    {
        std::string kind = arguments.Word();
        call->isPattern = kind == "pattern";
        if (kind == "hex")
        {
            call->text = arguments.Hex();
            call->count = call->text.size();
        }
        else if (!call->isPattern)
        {
            arguments.Fail();
        }
    }
    if (call->isPattern || verb == "recv-pattern")
    {
        call->seed = arguments.Number(0, UINT64_MAX);
        call->offset = arguments.Number(0, UINT64_MAX);
        call->count = arguments.Number(1, MostOfAll);
    }
    else if (verb == "recv")
    {
        call->count = arguments.Number(1, LongestReceive);
    }
    else if (verb == "setopt")
    {
        option = arguments.Word();
        value = arguments.Word();
    }
    if (arguments.Failed() || !arguments.AtEnd())
    {
        return false;
    }
    auto socket = m_sockets.find(handle);
    if (socket == m_sockets.end())
    {
        Report(id, "EBADF");
    }
    else if (verb == "setopt")
    {
        Report(id, socket->second->Set(option, value));
    }
    else
    {
        m_outstanding[id] = call;
        socket->second->Add(call);
    }
    return true;
}

bool
Session::ReadAddress(Arguments& arguments, Address& address, uint16_t& port, bool& v6)
{
    std::string word = arguments.Word();
    port = arguments.Number(0, UINT16_MAX);
    in6_addr octets;
    v6 = inet_pton(AF_INET6, word.c_str(), &octets) == 1;
    if (!v6 && inet_pton(AF_INET, word.c_str(), &octets) != 1)
    {
        arguments.Fail();
        return false;
    }
    address = v6 ? Address(Inet6SocketAddress(Ipv6Address(word.c_str()), port))
                 : Address(InetSocketAddress(Ipv4Address(word.c_str()), port));
    return true;
}

bool
Session::Open(uint64_t id, Arguments& arguments, bool listens)
{
    Address own;
    Address peer;
    uint16_t port = 0;
    uint16_t peerPort = 0;
    bool v6 = false;
    bool peerV6 = false;
    ReadAddress(arguments, own, port, v6);
    if (listens)
    {
        // ns-3 has no limit on connections that wait.
        arguments.Number(0, INT32_MAX);
        peerV6 = v6;
    }
    else
    {
        ReadAddress(arguments, peer, peerPort, peerV6);
    }
    auto options = arguments.Options();
    if (arguments.Failed() || v6 != peerV6)
    {
        return false;
    }
    TesterSocket* socket = Adopt(Connection::Make(m_node), v6);
    std::string error;
    options.insert(options.begin(), defaults.begin(), defaults.end());
    for (const auto& [name, value] : options)
    {
        error = error.empty() ? socket->Set(name, value) : error;
    }
    error = error.empty() ? socket->Bind(own, port, listens ? nullptr : &peer) : error;
    if (error.empty())
    {
        error = listens ? socket->Listen() : socket->Connect(peer);
    }
    if (!error.empty())
    {
        Forget(socket->Handle());
        Report(id, error);
        return true;
    }
    Address name;
    socket->Socket()->GetSockName(name);
    port = v6 ? Inet6SocketAddress::ConvertFrom(name).GetPort()
              : InetSocketAddress::ConvertFrom(name).GetPort();
    Say(std::to_string(id) + " ok " + std::to_string(socket->Handle()) + ' ' +
        std::to_string(port));
    return true;
}

TesterSocket*
Session::Adopt(Ptr<Connection> socket, bool v6)
{
    uint64_t handle = ++m_lastHandle;
    auto* made = new TesterSocket(*this, socket, handle, v6);
    m_sockets[handle] = made;
    return made;
}

void
Session::Forget(uint64_t handle)
{
    m_sockets.erase(handle);
}
