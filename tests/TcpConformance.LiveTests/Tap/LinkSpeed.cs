using System.Diagnostics;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

/// <summary>Figures of the link: how fast it is there, and how many frames pass.</summary>
internal static class LinkSpeed
{
    private const int Frames = 300_000;
    private const int InFlight = 256;

    /// <summary>Prints the figures; no test judges them.</summary>
    public static int Print()
    {
        long begin = Stopwatch.GetTimestamp();
        using LiveLink link = LiveLink.Open();
        double opened = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        _ = link.Ask("1 listen 10.77.0.1 80 10");
        var peer = new HandMadePeer(link, IpAddress.Parse("10.77.3.4"), 9, 80);
        peer.Send(TcpFlags.Syn);
        _ = peer.Receive();
        double answered = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Console.WriteLine(
            $"link and upper tester: {opened:F1} ms; first SYN,ACK: {answered:F1} ms");
        begin = Stopwatch.GetTimestamp();
        IutNetwork.Open(new LinkPlan(), []).Dispose();
        double alone = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Console.WriteLine($"namespace and TAP alone, second time: {alone:F1} ms");
        RoundTrips(link);
        Exchange(link.Network);
        return 0;
    }

    private static void RoundTrips(LiveLink link)
    {
        const int count = 2000;
        var calls = new List<double>();
        var handshakes = new List<double>();
        for (int i = 0; i < count; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            _ = link.Ask("7 ping");
            calls.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            IpAddress address = IpAddress.Parse("10.77.32.0").Plus((uint)i);
            var one = new HandMadePeer(link, address, 9, 80);
            begin = Stopwatch.GetTimestamp();
            one.Send(TcpFlags.Syn);
            _ = one.Receive();
            handshakes.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            one.Send(TcpFlags.Rst);
        }
        Print("user call", calls);
        Print("SYN to SYN,ACK", handshakes);
    }

    private static void Print(string what, List<double> microseconds)
    {
        microseconds.Sort();
        Console.WriteLine(
            $"{what}: median {microseconds[microseconds.Count / 2]:F0} us, "
            + $"99 % within {microseconds[microseconds.Count * 99 / 100]:F0} us");
    }

    /// <summary>ARP requests are the cheapest frames that the kernel answers one by one.</summary>
    private static void Exchange(IutNetwork network)
    {
        byte[] question = network.Answers.AskForIut();
        byte[] frame = new byte[2048];
        var poller = new Poller();
        poller.Add(network.Link.Fd);
        long begin = Stopwatch.GetTimestamp();
        int sent = 0;
        int answered = 0;
        while (answered < Frames)
        {
            while (sent < Frames && sent - answered < InFlight)
            {
                sent += network.Link.Write(question) == TapResult.Frame ? 1 : 0;
            }
            while (network.Link.Read(frame, out _) == TapResult.Frame)
            {
                answered++;
            }
            if (answered < Frames && sent - answered >= InFlight
                && poller.Wait(TimeSpan.FromSeconds(1)) == 0)
            {
                break;
            }
        }
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Console.WriteLine(
            $"{sent} frames to the IUT and {answered} from it: "
            + $"{(sent + answered) / seconds:F0} frames/s");
    }
}
