using System.Diagnostics;
using TcpConformance.Spec.Calls;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts;

/// <summary>A kernel's stack behind a TAP device in a namespace of its own, in real time.
/// </summary>
public sealed class TapIut : IIut
{
    private TimeSpan _emptyAt;
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(15);
    private readonly IutNetwork _network;
    private readonly UpperTesterProcess _upper;
    private readonly UpperTesterCalls _calls;
    private readonly Poller _poller = new();
    private readonly int _inputSlot;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly byte[] _frame;
    private readonly byte[] _out;

    private TapIut(
        IutProfile profile, IutNetwork network, UpperTesterProcess upper, string greeting)
    {
        _network = network;
        _upper = upper;
        // 'upper-tester 1 linux 6.18.44'
        Profile = profile with { Version = string.Join(' ', greeting.Split(' ').Skip(3)) };
        _frame = new byte[network.Plan.Mtu + 18];
        _out = new byte[65_600];
        _calls = new UpperTesterCalls(upper);
        _poller.Add(network.Tap.Fd);
        _poller.Add(upper.OutputFd);
        _inputSlot = _poller.Add(-1, PollEvents.Writable);
    }

    /// <inheritdoc/>
    public IutProfile Profile { get; }

    /// <inheritdoc/>
    public bool IsVirtualTime => false;

    /// <inheritdoc/>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_begin);

    /// <summary>Makes namespace and device and starts the upper tester.</summary>
    /// <param name="profile">The IUT's profile.</param>
    /// <param name="start">Starts the upper tester; null: the one of this program.</param>
    /// <exception cref="IutLostException">The environment lacks something; the message says
    /// what to do.</exception>
    public static TapIut Open(
        IutProfile profile, Func<NetworkNamespace, UpperTesterProcess>? start = null)
    {
        var plan = new LinkPlan
        {
            IutV4 = profile.V4,
            PrefixV4 = profile.V4Prefix,
            IutV6 = profile.V6,
            PrefixV6 = profile.V6Prefix,
            Mtu = profile.Ixit.Mtu,
        };
        string[] options = profile.SocketOptions.Select(o => $"{o.Name}={o.Value}").ToArray();
        IutNetwork? network = null;
        UpperTesterProcess? upper = null;
        try
        {
            network = IutNetwork.Open(
                plan, profile.Sysctls.Select(s => (s.Name, s.Value)).ToArray());
            upper = start is null
                ? UpperTesterProcess.StartLinux(network.Space, options)
                : start(network.Space);
            return new TapIut(profile, network, upper, Greeting(upper));
        }
        catch (Exception e)
        {
            upper?.Dispose();
            network?.Dispose();
            if (e is TapUnavailableException)
            {
                throw new IutLostException(e.Message);
            }
            throw;
        }
    }

    private static string Greeting(UpperTesterProcess upper)
    {
        var poller = new Poller();
        poller.Add(upper.OutputFd);
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < GreetingLimit)
        {
            switch (upper.TryReadLine(out string line))
            {
                case LineOutcome.Line when line.StartsWith("upper-tester 1 "):
                    return line;
                case LineOutcome.Line:
                    throw new IutLostException(
                        $"the upper tester greets with '{line}', not 'upper-tester 1 …'");
                case LineOutcome.Ended:
                    throw UpperTesterCalls.Died(upper);
                default:
                    poller.Wait(TimeSpan.FromMilliseconds(100));
                    break;
            }
        }
        throw new IutLostException(
            $"the upper tester has not greeted within {GreetingLimit.TotalSeconds} s");
    }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        bool v6 = packet.Length > 0 && packet[0] >> 4 == 6;
        int header = EthernetWriter.WriteHeader(
            _out, _network.Plan.IutMac, _network.Plan.TesterMac,
            v6 ? EtherType.Ipv6 : EtherType.Ipv4);
        packet.CopyTo(_out.AsSpan(header));
        Write(_out.AsSpan(0, header + packet.Length));
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        TapResult result;
        while ((result = _network.Tap.Write(frame)) == TapResult.WouldBlock)
        {
            var room = new Poller();
            room.Add(_network.Tap.Fd, PollEvents.Writable);
            room.Wait(TimeSpan.FromMilliseconds(10));
        }
        Check(result);
    }

    private void Check(TapResult result)
    {
        if (result is TapResult.Vanished or TapResult.Down)
        {
            throw new IutLostException(
                $"the TAP device {_network.Plan.Device} has "
                + (result == TapResult.Down ? "been set down" : "vanished")
                + ": somebody else has changed it; run again");
        }
    }

    /// <inheritdoc/>
    public bool TryTakePacket(out IutPacket packet)
    {
        TimeSpan asked = Now;
        TapResult result;
        while ((result = _network.Tap.Read(_frame, out int length)) == TapResult.Frame)
        {
            ReadOnlySpan<byte> frame = _frame.AsSpan(0, length);
            if (_network.Answers.Answer(frame) is byte[] answer)
            {
                Write(answer);
                continue;
            }
            EthernetView ethernet = EthernetView.Read(frame);
            if (ethernet.Defect == EthernetDefect.None
                && ethernet.Type is EtherType.Ipv4 or EtherType.Ipv6)
            {
                packet = new IutPacket(Now, ethernet.Payload.ToArray())
                {
                    NotBefore = _emptyAt,
                };
                // An upper tester that dies closes its streams before its sockets: the FINs
                // that the kernel then sends are not the IUT's doing.
                _calls.Read(Now);
                return true;
            }
        }
        Check(result);
        _emptyAt = asked;
        packet = default;
        return false;
    }

    /// <inheritdoc/>
    public void Call(UserCall call) => _calls.Start(call, Now);

    /// <inheritdoc/>
    public bool TryTakeReply(out IutReply reply)
    {
        _calls.Read(Now);
        return _calls.TryTakeReply(out reply);
    }

    /// <inheritdoc/>
    public bool Wait(TimeSpan? until)
    {
        if (_upper.HasUnsent && !_upper.Flush())
        {
            throw UpperTesterCalls.Died(_upper);
        }
        _calls.AskForLife(Now);
        _poller.Change(
            _inputSlot, _upper.HasUnsent ? _upper.InputFd : -1, PollEvents.Writable);
        _poller.Wait(until is TimeSpan u ? u - Now : null);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upper.Dispose();
        _network.Dispose();
    }
}
