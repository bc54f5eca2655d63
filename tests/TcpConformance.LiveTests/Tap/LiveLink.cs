using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

/// <summary>A TAP with the kernel behind it, its upper tester, and frames made by hand.</summary>
internal sealed class LiveLink : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly (string, string)[] Sysctls =
    [
        ("net.ipv4.tcp_invalid_ratelimit", "0"),
        ("net.ipv6.conf.default.router_solicitations", "0"),
        ("net.ipv6.conf.default.accept_dad", "0"),
    ];

    private readonly byte[] _buffer = new byte[2048];
    private readonly Poller _poller = new();
    private readonly Queue<string> _lines = new();
    private readonly Queue<byte[]> _frames = new();

    private readonly int _room;

    private LiveLink(IutNetwork network, UpperTesterProcess upper)
    {
        Network = network;
        Upper = upper;
        _poller.Add(network.Link.Fd);
        _poller.Add(upper.OutputFd);
        _room = _poller.Add(-1);
    }

    public IutNetwork Network { get; }

    public UpperTesterProcess Upper { get; }

    /// <summary>Opens everything; the test is skipped, by name, where that can't be.</summary>
    public static LiveLink Open(IReadOnlyList<(string Name, string Value)>? sysctls = null)
    {
        IutNetwork network = OpenNetwork(sysctls);
        var link = new LiveLink(network, StartUpper(network.Space));
        Assert.That(link.Line(), Does.Match("^upper-tester 1 linux "));
        return link;
    }

    public static string CliPath =>
        Path.Combine(AppContext.BaseDirectory, "TcpConformance.Cli.dll");

    public static UpperTesterProcess StartUpper(NetworkNamespace space) =>
        UpperTesterProcess.Start(space, "dotnet", [CliPath, "upper-tester"]);

    public static ChildProcess StartUpperChild(NetworkNamespace space) =>
        ChildProcess.Start(space, "dotnet", [CliPath, "upper-tester"]);

    public static IutNetwork OpenNetwork(
        IReadOnlyList<(string Name, string Value)>? sysctls = null)
    {
        try
        {
            return IutNetwork.Open(new LinkPlan(), sysctls ?? Sysctls);
        }
        catch (TapUnavailableException e) when (e.Fault is TapFault.NoTunDevice
            or TapFault.TunForbidden or TapFault.NamespaceForbidden or TapFault.NotLinux)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }

    public void Dispose()
    {
        Upper.Dispose();
        Network.Dispose();
    }

    /// <summary>Asks and waits for the reply to this request.</summary>
    public string Ask(string request)
    {
        Assert.That(Upper.Send(request), Is.True);
        string id = request[..(request.IndexOf(' ', StringComparison.Ordinal) + 1)];
        string reply = Line();
        Assert.That(reply, Does.StartWith(id));
        return reply[id.Length..];
    }

    /// <summary>The next line of the upper tester.</summary>
    public string Line()
    {
        string? line = Wait(() => _lines.TryDequeue(out string? l) ? l : null);
        return line ?? throw new AssertionException("no line; " + Upper.ErrorText);
    }

    /// <summary>The next frame from the IUT that a reader makes something of.</summary>
    public T Frame<T>(Func<byte[], T?> read)
        where T : class
    {
        T? found = Wait(() =>
        {
            while (_frames.TryDequeue(out byte[]? frame))
            {
                if (read(frame) is T value)
                {
                    return value;
                }
            }
            return null;
        });
        return found ?? throw new AssertionException("no such frame from the IUT");
    }

    private T? Wait<T>(Func<T?> take)
        where T : class
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < Limit)
        {
            if (take() is T value)
            {
                return value;
            }
            _poller.Change(_room, Upper.HasUnsent ? Upper.InputFd : -1, PollEvents.Writable);
            _poller.Wait(TimeSpan.FromMilliseconds(100));
            Upper.Flush();
            while (Network.Link.Read(_buffer, out int length) == TapResult.Frame)
            {
                _frames.Enqueue(_buffer[..length]);
            }
            LineOutcome outcome;
            while ((outcome = Upper.TryReadLine(out string line)) == LineOutcome.Line)
            {
                _lines.Enqueue(line);
            }
            if (outcome == LineOutcome.Ended)
            {
                return take();
            }
        }
        return take();
    }
}
