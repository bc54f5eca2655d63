#include "reception.h"

#include "guard.h"
#include "words.h"

#include "ns3/internet-module.h"
#include "ns3/traffic-control-module.h"

#include <cstdlib>
#include <iostream>
#include <set>

using namespace ns3;

namespace
{
constexpr uint8_t Tcp = 6;
constexpr size_t FixedHeader = 20;
constexpr size_t FixedHeaderV6 = 40;
// The longest headers of IP and TCP that are looked at.
constexpr size_t Longest = 120;

// A segment's beginning, as far as it is one.
struct Segment
{
    bool isTcp{false};
    // Addresses and ports.
    std::string pair;
    Octets options;
};

Segment
ReadSegment(Ptr<const Packet> packet)
{
    Segment segment;
    Octets o(std::min<size_t>(packet->GetSize(), Longest));
    packet->CopyData(o.data(), o.size());
    bool v6 = !o.empty() && o[0] >> 4 == 6;
    size_t at = v6 ? FixedHeaderV6 : o.empty() ? 0 : (o[0] & 15) * 4;
    if (o.size() < FixedHeader || o.size() < at + FixedHeader || o[v6 ? 6 : 9] != Tcp)
    {
        return segment;
    }
    segment.isTcp = true;
    segment.pair.assign(o.begin() + (v6 ? 8 : 12), o.begin() + (v6 ? 40 : 20));
    segment.pair.append(o.begin() + at, o.begin() + at + 4);
    size_t end = std::min<size_t>(o.size(), at + (o[at + 12] >> 4) * 4);
    if (end > at + FixedHeader)
    {
        segment.options.assign(o.begin() + at + FixedHeader, o.begin() + end);
    }
    return segment;
}

// TcpHeader goes from option to option by the length of each. One of an unknown kind with the
// length 0 leads it to where it is (RFC 9293 §3.1, MUST-7).
bool
WouldLoop(const Octets& options)
{
    size_t i = 0;
    while (i + 1 < options.size() && options[i] != 0)
    {
        if (options[i] == 1)
        {
            i++;
            continue;
        }
        if (options[i + 1] == 0)
        {
            return !TcpOption::IsKindKnown(options[i]);
        }
        i += options[i + 1];
    }
    return false;
}

bool
IsKnown(uint16_t protocol)
{
    return protocol == Ipv4L3Protocol::PROT_NUMBER || protocol == ArpL3Protocol::PROT_NUMBER ||
           (protocol == Ipv6L3Protocol::PROT_NUMBER && std::getenv("TCPCONF_V6"));
}
} // namespace

bool
ReceiveFrame(Ptr<NetDevice> device,
             Ptr<const Packet> packet,
             uint16_t protocol,
             const Address& from)
{
    static std::set<std::string> dead;
    Segment segment = ReadSegment(packet);
    if (!IsKnown(protocol) || (segment.isTcp && dead.count(segment.pair) != 0))
    {
        return false;
    }
    bool loops = segment.isTcp && WouldLoop(segment.options);
    if (loops)
    {
        std::cerr << "an option of length 0: ns-3 would look at it for ever" << std::endl;
    }
    bool fine = !loops && Guarded([&] {
        device->GetNode()->GetObject<TrafficControlLayer>()->Receive(
            device, packet, protocol, from, device->GetAddress(), NetDevice::PACKET_HOST);
    });
    if (!fine && segment.isTcp)
    {
        dead.insert(segment.pair);
    }
    return fine;
}
