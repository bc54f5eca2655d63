// A node of ns-3 on one link, in real time, with an upper tester on its sockets.
#include "guard.h"
#include "reception.h"
#include "session.h"

#include "ns3/fd-net-device-module.h"

#include <cstdlib>
#include <iostream>
#include <thread>

using namespace ns3;

namespace
{
std::string
Variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

// "10.77.0.1/16" without its prefix.
std::string
AddressOf(const char* name)
{
    std::string text = Variable(name);
    return text.substr(0, text.find('/'));
}

// What specs/iuts/ns3.yaml says of the stack.
void
SetDefaults()
{
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(10));
    Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(Seconds(1)));
    Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(8));
    Config::SetDefault("ns3::TcpSocket::PersistTimeout", TimeValue(Seconds(1)));
    Config::SetDefault("ns3::FdNetDevice::RxQueueSize", UintegerValue(1 << 20));
    Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
}

// The longest frame that is read. The tester's may be longer than the MTU, which is that of a TCP
// without MSS option.
constexpr uint32_t LongestFrame = 65536;

// Sends what a guard lets it.
class Device : public FdNetDevice
{
    Ptr<FdReader> DoCreateFdReader() override
    {
        Ptr<FdNetDeviceFdReader> reader = Create<FdNetDeviceFdReader>();
        reader->SetBufferSize(LongestFrame);
        return reader;
    }

  public:
    ssize_t Write(uint8_t* buffer, size_t length) override
    {
        CountFrame();
        return FdNetDevice::Write(buffer, length);
    }
};

Ptr<FdNetDevice>
MakeDevice(Ptr<Node> node)
{
    Ptr<FdNetDevice> device = CreateObject<Device>();
    device->SetAddress(Mac48Address(Variable("TCPCONF_MAC").c_str()));
    device->SetEncapsulationMode(FdNetDevice::DIX);
    device->SetMtu(std::stoi(Variable("TCPCONF_MTU")));
    node->AddDevice(device);
    device->SetReceiveCallback(MakeCallback(&ReceiveFrame));
    device->SetFileDescriptor(std::stoi(Variable("TCPCONF_LINK_FD")));
    return device;
}

// An address of its own, and all others behind a neighbour that need not be asked for.
void
AddV4(Ptr<Node> node, Ptr<NetDevice> device, Address neighbour)
{
    Ptr<Ipv4> ip = node->GetObject<Ipv4>();
    uint32_t i = ip->AddInterface(device);
    Ipv4Address gateway(Variable("TCPCONF_GATEWAY_V4").c_str());
    ip->AddAddress(
        i, Ipv4InterfaceAddress(AddressOf("TCPCONF_V4").c_str(), Ipv4Mask("255.255.255.255")));
    ip->SetUp(i);
    Ipv4StaticRoutingHelper().GetStaticRouting(ip)->SetDefaultRoute(gateway, i);
    ArpCache::Entry* entry =
        DynamicCast<Ipv4L3Protocol>(ip)->GetInterface(i)->GetArpCache()->Add(gateway);
    entry->SetMacAddress(neighbour);
    entry->MarkPermanent();
}

void
AddV6(Ptr<Node> node, Ptr<NetDevice> device, Address neighbour)
{
    if (Variable("TCPCONF_V6").empty())
    {
        return;
    }
    Ptr<Ipv6> ip = node->GetObject<Ipv6>();
    uint32_t i = ip->AddInterface(device);
    Ipv6Address gateway(Variable("TCPCONF_GATEWAY_V6").c_str());
    ip->AddAddress(i, Ipv6InterfaceAddress(AddressOf("TCPCONF_V6").c_str(), Ipv6Prefix(128)));
    ip->SetUp(i);
    Ipv6StaticRoutingHelper().GetStaticRouting(ip)->SetDefaultRoute(gateway, i);
    NdiscCache::Entry* entry =
        DynamicCast<Ipv6L3Protocol>(ip)->GetInterface(i)->GetNdiscCache()->Add(gateway);
    entry->SetMacAddress(neighbour);
    entry->MarkPermanent();
}

void
TakeGuarded(Session* session, std::string line)
{
    Guarded([&] { session->Take(line); });
}

// The simulator has a thread of its own: a line is an event of it.
void
ReadLines(Session* session, uint32_t context)
{
    std::string line;
    while (std::getline(std::cin, line))
    {
        Simulator::ScheduleWithContext(context, Time(0), &TakeGuarded, session, line);
    }
    std::_Exit(0);
}
} // namespace

int
main(int argc, char* argv[])
{
    std::ios::sync_with_stdio(false);
    // Otherwise the thread that reads lines would flush the other's output.
    std::cin.tie(nullptr);
    SetDefaults();
    Ptr<Node> node = CreateObject<Node>();
    Ptr<FdNetDevice> device = MakeDevice(node);
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(!Variable("TCPCONF_V6").empty());
    stack.Install(node);
    Mac48Address neighbour(Variable("TCPCONF_TESTER_MAC").c_str());
    AddV4(node, device, neighbour);
    AddV6(node, device, neighbour);
    device->Start(Seconds(0));

    Session session(node);
    for (int i = 1; i < argc; i++)
    {
        std::string word = argv[i];
        size_t at = word.find('=');
        session.defaults.emplace_back(
            word.substr(0, at), at == std::string::npos ? "" : word.substr(at + 1));
    }
    session.Say(std::string("upper-tester 1 ns-3 ") + TCPCONF_VERSION);
    std::thread(ReadLines, &session, node->GetId()).detach();
    GuardThisThread();
    Simulator::Run();
    return 0;
}
