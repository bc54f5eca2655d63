// A socket of ns-3 and the requests that wait on it.
#pragma once

#include "call.h"
#include "connection.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

#include <deque>

class Session;

// Sends, the shutdown and the close of a socket run one after another; so do its receives, and its
// accepts. Each is tried when it is asked for, and again whenever ns-3 tells that something is new.
class TesterSocket
{
  public:
    TesterSocket(Session& session, ns3::Ptr<Connection> socket, uint64_t handle, bool v6);

    uint64_t Handle() const;
    bool IsV6() const;
    ns3::Ptr<Connection> Socket() const;

    // Empty, or the name of an error.
    std::string Bind(const ns3::Address& own, uint16_t port, const ns3::Address* peer);
    std::string Listen();
    std::string Connect(const ns3::Address& peer);
    std::string Set(const std::string& name, const std::string& value);

    void Add(const CallPtr& call);
    void Advance();

    // Gives the socket up and answers what waits on it.
    void Release();

  private:
    using Row = std::deque<CallPtr>;

    void Watch();
    void Wake();
    void AdvanceGuarded();
    void OnConnected(ns3::Ptr<ns3::Socket> socket);
    void OnConnectFailed(ns3::Ptr<ns3::Socket> socket);
    void OnNormalClose(ns3::Ptr<ns3::Socket> socket);
    void OnErrorClose(ns3::Ptr<ns3::Socket> socket);
    void OnData(ns3::Ptr<ns3::Socket> socket);
    void OnRoom(ns3::Ptr<ns3::Socket> socket, uint32_t octets);
    void OnAccepted(ns3::Ptr<ns3::Socket> socket, const ns3::Address& peer);
    void OnState(ns3::TcpSocket::TcpStates_t before, ns3::TcpSocket::TcpStates_t now);
    void OnSegment(ns3::Ptr<const ns3::Packet> packet,
                   const ns3::TcpHeader& header,
                   ns3::Ptr<const ns3::TcpSocketBase> socket);
    void OnSent(ns3::Ptr<const ns3::Packet> packet,
                const ns3::TcpHeader& header,
                ns3::Ptr<const ns3::TcpSocketBase> socket);
    void Fails();

    template <typename Try>
    void InOrder(Row& row, Try attempt);
    bool TryAccept(const CallPtr& call);
    bool TryReceive(const CallPtr& call);
    bool TrySend(const CallPtr& call);
    bool TryWatch(const CallPtr& call);
    void Abort();
    std::string SetNumber(const std::string& name, uint32_t number);

    Session& m_session;
    ns3::Ptr<Connection> m_socket;
    uint64_t m_handle;
    bool m_v6;
    bool m_connecting{false};
    bool m_shut{false};
    bool m_wasConnected{false};
    bool m_lastWasReset{false};
    bool m_hasReset{false};
    bool m_released{false};
    ns3::TcpSocket::TcpStates_t m_state{ns3::TcpSocket::CLOSED};
    std::string m_failure;
    Row m_sends;
    Row m_receives;
    Row m_accepts;
    Row m_watches;
    std::deque<std::pair<TesterSocket*, std::string>> m_waiting;
};
