// Turns requests into calls on ns-3's sockets and calls into replies, all on one thread: the
// simulator's.
#pragma once

#include "socket.h"

#include <map>

class Session
{
  public:
    explicit Session(ns3::Ptr<ns3::Node> node);

    // Options of every socket that is opened.
    std::vector<std::pair<std::string, std::string>> defaults;

    void Take(const std::string& line);

    void Say(const std::string& line);
    void Report(uint64_t id, const std::string& error);
    void Ok(const CallPtr& call, const std::string& text);
    void Fail(const CallPtr& call, const std::string& error);

    TesterSocket* Adopt(ns3::Ptr<Connection> socket, bool v6);
    void Forget(uint64_t handle);

    static constexpr size_t LongestLine = 1 << 20;

  private:
    std::string Start(uint64_t id, const std::vector<std::string>& words);
    bool Begin(uint64_t id, const std::string& verb, Arguments& arguments);
    bool OnSocket(uint64_t id, const std::string& verb, Arguments& arguments);
    bool Open(uint64_t id, Arguments& arguments, bool listens);
    bool Cancel(uint64_t id, Arguments& arguments);
    void Answer(const CallPtr& call, const std::string& text);
    bool ReadAddress(Arguments& arguments, ns3::Address& address, uint16_t& port, bool& v6);

    ns3::Ptr<ns3::Node> m_node;
    // Sockets are never deleted: ns-3 may still call one that has been given up.
    std::map<uint64_t, TesterSocket*> m_sockets;
    std::map<uint64_t, CallPtr> m_outstanding;
    uint64_t m_lastHandle{0};
};
