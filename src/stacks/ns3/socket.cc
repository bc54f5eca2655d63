#include "socket.h"

#include "guard.h"
#include "session.h"

#include <algorithm>

using namespace ns3;

namespace
{
constexpr uint32_t LongestReceive = 262144;
constexpr uint32_t LongestSend = 65536;

const char*
NameOf(Socket::SocketErrno error)
{
    switch (error)
    {
    case Socket::ERROR_ISCONN:
        return "EISCONN";
    case Socket::ERROR_NOTCONN:
        return "ENOTCONN";
    case Socket::ERROR_MSGSIZE:
        return "EMSGSIZE";
    case Socket::ERROR_AGAIN:
        return "EAGAIN";
    case Socket::ERROR_SHUTDOWN:
        return "EPIPE";
    case Socket::ERROR_OPNOTSUPP:
        return "EOPNOTSUPP";
    case Socket::ERROR_AFNOSUPPORT:
        return "EAFNOSUPPORT";
    case Socket::ERROR_BADF:
        return "EBADF";
    case Socket::ERROR_NOROUTETOHOST:
        return "EHOSTUNREACH";
    case Socket::ERROR_NODEV:
        return "ENODEV";
    case Socket::ERROR_ADDRNOTAVAIL:
        return "EADDRNOTAVAIL";
    case Socket::ERROR_ADDRINUSE:
        return "EADDRINUSE";
    default:
        return "EINVAL";
    }
}

const char* const StateNames[] = {
    "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT",
    "LAST-ACK", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "TIME-WAIT",
};
} // namespace

TesterSocket::TesterSocket(Session& session, Ptr<Connection> socket, uint64_t handle, bool v6)
    : m_session(session),
      m_socket(socket),
      m_handle(handle),
      m_v6(v6),
      m_state(socket->State())
{
    m_wasConnected = m_state == TcpSocket::ESTABLISHED;
    Watch();
}

void
TesterSocket::Watch()
{
    m_socket->SetConnectCallback(MakeCallback(&TesterSocket::OnConnected, this),
                                 MakeCallback(&TesterSocket::OnConnectFailed, this));
    m_socket->SetCloseCallbacks(MakeCallback(&TesterSocket::OnNormalClose, this),
                                MakeCallback(&TesterSocket::OnErrorClose, this));
    m_socket->SetRecvCallback(MakeCallback(&TesterSocket::OnData, this));
    m_socket->SetSendCallback(MakeCallback(&TesterSocket::OnRoom, this));
    m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<ns3::Socket>, const Address&>(),
                                MakeCallback(&TesterSocket::OnAccepted, this));
    m_socket->TraceConnectWithoutContext("State", MakeCallback(&TesterSocket::OnState, this));
    m_socket->TraceConnectWithoutContext("Rx", MakeCallback(&TesterSocket::OnSegment, this));
    m_socket->TraceConnectWithoutContext("Tx", MakeCallback(&TesterSocket::OnSent, this));
}

uint64_t
TesterSocket::Handle() const
{
    return m_handle;
}

bool
TesterSocket::IsV6() const
{
    return m_v6;
}

Ptr<Connection>
TesterSocket::Socket() const
{
    return m_socket;
}

std::string
TesterSocket::Bind(const Address& own, uint16_t port, const Address* peer)
{
    // With a port of its own a socket is told from others by its peer, as SO_REUSEADDR has it.
    if (port != 0)
    {
        return m_socket->Claim(own, peer) ? "" : "EADDRINUSE";
    }
    return m_socket->Bind(own) == 0 ? "" : NameOf(m_socket->GetErrno());
}

std::string
TesterSocket::Listen()
{
    return m_socket->Listen() == 0 ? "" : NameOf(m_socket->GetErrno());
}

std::string
TesterSocket::Connect(const Address& peer)
{
    m_connecting = true;
    return m_socket->Connect(peer) == 0 ? "" : NameOf(m_socket->GetErrno());
}

// ns-3 calls back in the midst of its own work: what follows is done afterwards.
void
TesterSocket::Wake()
{
    Simulator::ScheduleNow(&TesterSocket::AdvanceGuarded, this);
}

void
TesterSocket::OnConnected(Ptr<ns3::Socket>)
{
    m_connecting = false;
    m_wasConnected = true;
    Wake();
}

void
TesterSocket::OnConnectFailed(Ptr<ns3::Socket>)
{
    Fails();
}

void
TesterSocket::OnNormalClose(Ptr<ns3::Socket>)
{
    Wake();
}

void
TesterSocket::OnErrorClose(Ptr<ns3::Socket>)
{
    Fails();
}

void
TesterSocket::OnData(Ptr<ns3::Socket>)
{
    Wake();
}

void
TesterSocket::OnRoom(Ptr<ns3::Socket>, uint32_t)
{
    Wake();
}

void
TesterSocket::OnAccepted(Ptr<ns3::Socket> socket, const Address& peer)
{
    std::ostringstream name;
    if (m_v6)
    {
        auto p = Inet6SocketAddress::ConvertFrom(peer);
        name << p.GetIpv6() << ' ' << p.GetPort();
    }
    else
    {
        auto p = InetSocketAddress::ConvertFrom(peer);
        name << p.GetIpv4() << ' ' << p.GetPort();
    }
    m_waiting.emplace_back(m_session.Adopt(DynamicCast<Connection>(socket), m_v6), name.str());
    Wake();
}

void
TesterSocket::OnState(TcpSocket::TcpStates_t before, TcpSocket::TcpStates_t now)
{
    m_state = now;
    if (now == TcpSocket::ESTABLISHED)
    {
        m_wasConnected = true;
        m_connecting = false;
    }
    bool ended = now == TcpSocket::CLOSED && before != TcpSocket::LISTEN;
    bool regular = before == TcpSocket::TIME_WAIT || before == TcpSocket::LAST_ACK;
    if (ended && (m_lastWasReset || !regular))
    {
        Fails();
    }
    Wake();
}

void
TesterSocket::OnSegment(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    m_lastWasReset = (header.GetFlags() & TcpHeader::RST) != 0;
    Wake();
}

void
TesterSocket::OnSent(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    m_hasReset = (header.GetFlags() & TcpHeader::RST) != 0;
}

// ns-3 tells that a connection has ended, not why: the segment before tells that.
void
TesterSocket::Fails()
{
    if (m_failure.empty())
    {
        m_failure = m_hasReset        ? "ECONNABORTED"
                    : !m_lastWasReset ? "ETIMEDOUT"
                    : m_wasConnected  ? "ECONNRESET"
                                      : "ECONNREFUSED";
    }
    m_connecting = false;
    Wake();
}

void
TesterSocket::Add(const CallPtr& call)
{
    if (call->verb == "abort")
    {
        Abort();
        Release();
        m_session.Ok(call, "");
        return;
    }
    if (call->verb == "send" || call->verb == "shutdown" || call->verb == "close")
    {
        m_sends.push_back(call);
    }
    else if (call->verb == "recv" || call->verb == "recv-pattern")
    {
        m_receives.push_back(call);
    }
    else if (call->verb == "accept")
    {
        m_accepts.push_back(call);
    }
    else
    {
        m_watches.push_back(call);
    }
    Advance();
}

template <typename Try>
void
TesterSocket::InOrder(Row& row, Try attempt)
{
    while (!m_released && !row.empty() && (row.front()->isAnswered || attempt(row.front())))
    {
        if (!m_released)
        {
            row.pop_front();
        }
    }
}

void
TesterSocket::AdvanceGuarded()
{
    Guarded([this] { Advance(); });
}

void
TesterSocket::Advance()
{
    InOrder(m_accepts, [this](const CallPtr& c) { return TryAccept(c); });
    InOrder(m_receives, [this](const CallPtr& c) { return TryReceive(c); });
    if (!m_released)
    {
        m_watches.erase(
            std::remove_if(m_watches.begin(),
                           m_watches.end(),
                           [this](const CallPtr& c) { return c->isAnswered || TryWatch(c); }),
            m_watches.end());
    }
    InOrder(m_sends, [this](const CallPtr& c) { return TrySend(c); });
}

void
TesterSocket::Release()
{
    m_released = true;
    m_session.Forget(m_handle);
    for (Row* row : {&m_sends, &m_receives, &m_accepts, &m_watches})
    {
        for (const CallPtr& call : *row)
        {
            if (call->verb != "close")
            {
                m_session.Fail(call, "ECANCELED");
            }
        }
        row->clear();
    }
}

// There is no ABORT for users; RFC 9293 §3.10.5 tells the states that send a RST.
void
TesterSocket::Abort()
{
    switch (m_state)
    {
    case TcpSocket::SYN_RCVD:
    case TcpSocket::ESTABLISHED:
    case TcpSocket::FIN_WAIT_1:
    case TcpSocket::FIN_WAIT_2:
    case TcpSocket::CLOSE_WAIT:
        if (m_failure.empty())
        {
            m_socket->Reset();
        }
        break;
    default:
        m_socket->Forget();
        break;
    }
}

bool
TesterSocket::TryAccept(const CallPtr& call)
{
    if (m_waiting.empty())
    {
        return false;
    }
    auto [socket, peer] = m_waiting.front();
    m_waiting.pop_front();
    m_session.Ok(call, std::to_string(socket->Handle()) + ' ' + peer);
    return true;
}

bool
TesterSocket::TryReceive(const CallPtr& call)
{
    while (uint32_t ready = m_socket->GetRxAvailable())
    {
        uint64_t room = std::min<uint64_t>(call->count - call->done, LongestReceive);
        Ptr<Packet> packet = m_socket->Recv(std::min<uint64_t>(ready, room), 0);
        if (!packet || packet->GetSize() == 0)
        {
            break;
        }
        Octets octets(packet->GetSize());
        packet->CopyData(octets.data(), octets.size());
        if (call->verb == "recv")
        {
            m_session.Ok(call, ToHex(octets));
            return true;
        }
        int64_t different = FirstDifference(call->seed, call->offset + call->done, octets);
        call->done += different >= 0 ? different : octets.size();
        if (different >= 0)
        {
            m_session.Fail(call, "EILSEQ");
            return true;
        }
        if (call->done == call->count)
        {
            m_session.Ok(call, std::to_string(call->done));
            return true;
        }
    }
    if (!m_failure.empty())
    {
        m_session.Fail(call, m_failure);
        return true;
    }
    if (m_socket->GetRxBuffer()->Finished())
    {
        m_session.Ok(call, call->verb == "recv" ? "eof" : std::to_string(call->done) + " eof");
        return true;
    }
    return false;
}

bool
TesterSocket::TrySend(const CallPtr& call)
{
    if (call->verb == "close")
    {
        m_socket->Close();
        Release();
        m_session.Ok(call, "");
        return true;
    }
    if (call->verb == "shutdown")
    {
        m_shut = true;
        // ShutdownSend has no FIN for later where text waits for its ACK; Close sends a RST where
        // text waits for the user.
        if (m_socket->GetRxBuffer()->Size() == 0)
        {
            m_socket->Close();
        }
        else
        {
            m_socket->ShutdownSend();
        }
        m_session.Ok(call, "");
        return true;
    }
    if (!m_failure.empty() || m_shut)
    {
        m_session.Fail(call, m_shut ? "EPIPE" : m_failure);
        return true;
    }
    while (call->done < call->count)
    {
        uint64_t room = std::min<uint64_t>(m_socket->GetTxAvailable(), LongestSend);
        uint64_t count = std::min(room, call->count - call->done);
        if (m_connecting || count == 0)
        {
            return false;
        }
        Octets octets = call->isPattern
                            ? Pattern(call->seed, call->offset + call->done, count)
                            : Octets(call->text.begin() + call->done,
                                     call->text.begin() + call->done + count);
        int taken = m_socket->Send(Create<Packet>(octets.data(), octets.size()), 0);
        if (taken < 0)
        {
            m_session.Fail(call, NameOf(m_socket->GetErrno()));
            return true;
        }
        call->done += taken;
    }
    m_session.Ok(call, std::to_string(call->done));
    return true;
}

// Whether the thing that is waited for is there, and has been told.
bool
TesterSocket::TryWatch(const CallPtr& call)
{
    if (call->verb == "connected")
    {
        if (m_connecting)
        {
            return false;
        }
        if (m_failure.empty())
        {
            m_session.Ok(call, "");
        }
        else
        {
            m_session.Fail(call, m_failure);
        }
    }
    else if (call->verb == "getinfo")
    {
        m_session.Ok(call, std::string("state=") + StateNames[m_state]);
    }
    else if (call->verb == "error")
    {
        bool both = m_state == TcpSocket::CLOSED || m_state == TcpSocket::TIME_WAIT ||
                    m_state == TcpSocket::CLOSING || m_state == TcpSocket::LAST_ACK;
        if (m_failure.empty() && !both)
        {
            return false;
        }
        m_session.Ok(call, m_failure.empty() ? "closed" : m_failure);
    }
    else
    {
        // The urgent pointer is not looked at.
        m_session.Fail(call, "EOPNOTSUPP");
    }
    return true;
}
