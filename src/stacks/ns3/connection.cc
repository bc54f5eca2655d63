#include "connection.h"

using namespace ns3;

NS_OBJECT_ENSURE_REGISTERED(Connection);

TypeId
Connection::GetTypeId()
{
    static TypeId id = TypeId("Connection").SetParent<TcpSocketBase>().AddConstructor<Connection>();
    return id;
}

Ptr<Connection>
Connection::Make(Ptr<Node> node)
{
    Ptr<Connection> made = CreateObject<Connection>();
    Ptr<TcpL4Protocol> tcp = node->GetObject<TcpL4Protocol>();
    made->SetNode(node);
    made->SetTcp(tcp);
    made->SetRtt(CreateObject<RttMeanDeviation>());
    made->SetCongestionControlAlgorithm(CreateObject<TcpNewReno>());
    made->SetRecoveryAlgorithm(CreateObject<TcpClassicRecovery>());
    tcp->AddSocket(made);
    return made;
}

void
Connection::Reset()
{
    SendRST();
    CloseAndNotify();
}

void
Connection::Forget()
{
    CloseAndNotify();
}

bool
Connection::Claim(const Address& own, const Address* peer)
{
    if (InetSocketAddress::IsMatchingType(own))
    {
        auto o = InetSocketAddress::ConvertFrom(own);
        auto p = peer ? InetSocketAddress::ConvertFrom(*peer)
                      : InetSocketAddress(Ipv4Address::GetAny(), 0);
        m_endPoint =
            m_tcp->Allocate(nullptr, o.GetIpv4(), o.GetPort(), p.GetIpv4(), p.GetPort());
    }
    else
    {
        auto o = Inet6SocketAddress::ConvertFrom(own);
        auto p = peer ? Inet6SocketAddress::ConvertFrom(*peer)
                      : Inet6SocketAddress(Ipv6Address::GetAny(), 0);
        m_endPoint6 =
            m_tcp->Allocate6(nullptr, o.GetIpv6(), o.GetPort(), p.GetIpv6(), p.GetPort());
    }
    return (m_endPoint || m_endPoint6) && SetupCallback() == 0;
}

TcpSocket::TcpStates_t
Connection::State() const
{
    return m_state;
}

Ptr<TcpSocketBase>
Connection::Fork()
{
    return CopyObject<Connection>(Ptr<Connection>(this));
}

// What answers a SYN is an event of its own.
void
Connection::CompleteFork(Ptr<Packet> packet,
                         const TcpHeader& header,
                         const Address& from,
                         const Address& to)
{
    Guarded([&] { TcpSocketBase::CompleteFork(packet, header, from, to); });
}

void
Connection::ReTxTimeout()
{
    Guarded([this] { TcpSocketBase::ReTxTimeout(); });
}

void
Connection::DelAckTimeout()
{
    Guarded([this] { TcpSocketBase::DelAckTimeout(); });
}

void
Connection::LastAckTimeout()
{
    Guarded([this] { TcpSocketBase::LastAckTimeout(); });
}

void
Connection::PersistTimeout()
{
    Guarded([this] { TcpSocketBase::PersistTimeout(); });
}
