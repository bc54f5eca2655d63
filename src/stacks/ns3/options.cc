// The options of specs/upper-tester.md that ns-3 has.
#include "socket.h"

using namespace ns3;

std::string
TesterSocket::Set(const std::string& name, const std::string& value)
{
    uint64_t number;
    if (!ReadNumber(value, number) || number > INT32_MAX)
    {
        return "EINVAL";
    }
    return SetNumber(name, number);
}

std::string
TesterSocket::SetNumber(const std::string& name, uint32_t number)
{
    bool isOctet = number < 256;
    if (name == "nodelay")
    {
        m_socket->SetAttribute("TcpNoDelay", BooleanValue(number != 0));
    }
    else if (name == "rcvbuf")
    {
        m_socket->SetAttribute("RcvBufSize", UintegerValue(number));
    }
    else if (name == "sndbuf")
    {
        m_socket->SetAttribute("SndBufSize", UintegerValue(number));
    }
    else if (name == "traffic-class" && isOctet)
    {
        m_v6 ? m_socket->SetIpv6Tclass(number) : m_socket->SetIpTos(number);
    }
    else if (name == "hop-limit" && isOctet && number > 0)
    {
        m_v6 ? m_socket->SetIpv6HopLimit(number) : m_socket->SetIpTtl(number);
    }
    else
    {
        return name == "traffic-class" || name == "hop-limit" ? "EINVAL" : "ENOPROTOOPT";
    }
    return "";
}
