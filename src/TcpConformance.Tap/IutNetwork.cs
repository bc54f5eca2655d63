using System.Diagnostics;

namespace TcpConformance.Tap;

/// <summary>A namespace and a link to the IUT in it.</summary>
public sealed class IutNetwork : IDisposable
{
    private static readonly TimeSpan CarrierLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(2);

    private IutNetwork(NetworkNamespace space, IFrameLink link, LinkPlan plan)
    {
        Space = space;
        Link = link;
        Plan = plan;
        Answers = new LinkAnswers(plan);
    }

    /// <summary>The namespace.</summary>
    public NetworkNamespace Space { get; }

    /// <summary>The tester's end of the link.</summary>
    public IFrameLink Link { get; }

    /// <summary>Names and addresses.</summary>
    public LinkPlan Plan { get; }

    /// <summary>ARP and neighbour discovery for the tester's addresses.</summary>
    public LinkAnswers Answers { get; }

    /// <summary>Parameters that this kernel does not have, by name.</summary>
    public IReadOnlyList<string> UnknownSysctls { get; private init; } = [];

    /// <summary>Makes a namespace with nothing in it, for a program that is the IUT and has the
    /// other end of a link.</summary>
    /// <param name="plan">Addresses.</param>
    /// <param name="link">The tester's end; it belongs to the network from now on.</param>
    /// <exception cref="TapUnavailableException">The environment lacks something.</exception>
    public static IutNetwork OpenFor(LinkPlan plan, IFrameLink link)
    {
        try
        {
            return new IutNetwork(NetworkNamespace.Create(), link, plan);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Makes namespace and TAP, configures both and waits until a frame passes.</summary>
    /// <param name="plan">Names and addresses.</param>
    /// <param name="sysctls">Names and values, set before the device is made, so that
    /// net.ipv6.conf.default.* reaches it.</param>
    /// <exception cref="TapUnavailableException">The environment lacks something.</exception>
    public static IutNetwork Open(
        LinkPlan plan, IReadOnlyList<(string Name, string Value)> sysctls)
    {
        NetworkNamespace space = NetworkNamespace.Create();
        TapDevice? tap = null;
        try
        {
            IReadOnlyList<string> unknown = Set(space, sysctls);
            tap = TapDevice.Create(space, plan.Device);
            space.Run(() => Configure(plan));
            var network = new IutNetwork(space, tap, plan) { UnknownSysctls = unknown };
            // The carrier lags after attach.
            return network.WaitForIut(CarrierLimit)
                ? network
                : throw new TapUnavailableException(
                    TapFault.NoCarrier,
                    $"no frame passed through the TAP within {CarrierLimit.TotalSeconds} s: "
                    + "run again; if it stays so, look for a firewall that drops ARP");
        }
        catch
        {
            tap?.Dispose();
            space.Dispose();
            throw;
        }
    }

    private static List<string> Set(
        NetworkNamespace space, IReadOnlyList<(string Name, string Value)> sysctls)
    {
        var unknown = new List<string>();
        foreach ((string name, string value) in sysctls)
        {
            SysctlOutcome outcome = space.WriteSysctl(name, value);
            if (outcome == SysctlOutcome.Refused)
            {
                throw new TapUnavailableException(
                    TapFault.LinkRefused, $"the kernel refused {name} = {value}");
            }
            if (outcome == SysctlOutcome.Unknown)
            {
                unknown.Add(name);
            }
        }
        return unknown;
    }

    private static void Configure(LinkPlan plan)
    {
        using var netlink = new RouteNetlink();
        uint index = netlink.IndexOf(plan.Device);
        // First the link address: changing it flushes permanent neighbours.
        netlink.SetLinkAddress(index, plan.IutMac);
        netlink.SetSizes(index, plan.Mtu, plan.QueueLength);
        _ = netlink.RemoveQueueing(index);
        netlink.SetUp(index);
        netlink.AddAddress(index, plan.IutV4, plan.PrefixV4);
        netlink.AddNeighbor(index, plan.GatewayV4, plan.TesterMac);
        netlink.AddRoute(
            index, LinkPlan.PrefixOf(plan.IutV4, plan.PrefixV4), plan.PrefixV4, plan.GatewayV4);
        if (!File.Exists("/proc/net/if_inet6"))
        {
            return; // A kernel without IPv6.
        }
        netlink.AddAddress(index, plan.IutV6, plan.PrefixV6);
        netlink.AddNeighbor(index, plan.GatewayV6, plan.TesterMac);
        netlink.AddRoute(
            index, LinkPlan.PrefixOf(plan.IutV6, plan.PrefixV6), plan.PrefixV6, plan.GatewayV6);
    }

    /// <summary>Asks the IUT by ARP until it answers.</summary>
    /// <param name="limit">How long at most.</param>
    /// <returns>False if it has not answered.</returns>
    public bool WaitForIut(TimeSpan limit)
    {
        byte[] frame = new byte[Plan.Mtu + 18];
        byte[] question = Answers.AskForIut();
        var poller = new Poller();
        _ = poller.Add(Link.Fd);
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < limit)
        {
            if (Link.Write(question) == TapResult.Vanished)
            {
                return false;
            }
            _ = poller.Wait(ProbeInterval);
            while (Link.Read(frame, out int length) == TapResult.Frame)
            {
                ReadOnlySpan<byte> came = frame.AsSpan(0, length);
                if (Answers.IsIutsAnswer(came))
                {
                    return true;
                }
                if (Answers.Answer(came) is byte[] answer)
                {
                    _ = Link.Write(answer);
                }
            }
        }
        return false;
    }

    /// <summary>Removes device and namespace; children in it die.</summary>
    public void Dispose()
    {
        Link.Dispose();
        Space.Dispose();
    }
}
