using System.Diagnostics;
using TcpConformance.Harness.Iuts.Stacks;
using TcpConformance.Spec.Calls;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts;

/// <summary>A stack behind a link that carries frames, in a namespace of its own, in real time:
/// the kernel's behind a TAP device, or a program's behind a socket.</summary>
public sealed class TapIut : IIut
{
    private const int InboxLimit = 100_000;
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);
    private readonly Queue<IutPacket> _inbox = new();
    private TimeSpan _emptyAt;
    private readonly IutNetwork _network;
    private readonly UpperTesterProcess _upper;
    private readonly UpperTesterCalls _calls;
    private readonly Poller _poller = new();
    private readonly Pulse _pulse = new();
    private readonly byte[] _question;
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
        _question = network.Answers.AskForIut();
        _poller.Add(network.Link.Fd);
        _poller.Add(upper.OutputFd);
        _inputSlot = _poller.Add(-1, PollEvents.Writable);
    }

    /// <inheritdoc/>
    public IutProfile Profile { get; }

    /// <inheritdoc/>
    public bool IsVirtualTime => false;

    /// <inheritdoc/>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_begin);

    /// <inheritdoc/>
    public TimeSpan Lag(Sendings written, Sendings called)
    {
        TimeSpan now = Now;
        TimeSpan link = _pulse.Lag(written, now);
        TimeSpan user = _calls.Pulse.Lag(called, now);
        return link > user ? link : user;
    }

    /// <inheritdoc/>
    public (TimeSpan Written, TimeSpan Called) Heard => (_pulse.Heard, _calls.Pulse.Heard);

    /// <summary>Makes namespace and link and starts the upper tester, and the stack where it is
    /// a program.</summary>
    /// <param name="profile">The IUT's profile.</param>
    /// <param name="start">Starts the upper tester of a kernel; null: the one of this program.
    /// </param>
    /// <exception cref="IutLostException">The environment lacks something; the message says
    /// what to do.</exception>
    /// <exception cref="StackUnavailableException">The stack's program is missing.</exception>
    public static TapIut Open(
        IutProfile profile, Func<NetworkNamespace, UpperTesterProcess>? start = null)
    {
        IutNetwork? network = null;
        UpperTesterProcess? upper = null;
        try
        {
            if (profile.Kind == IutKind.Process)
            {
                (network, upper) = ProgramLink.Start(profile, PlanOf(profile));
                string greeting = Greeting(upper);
                ProgramLink.WaitForIut(profile, network, upper);
                return new TapIut(profile, network, upper, greeting);
            }
            network = IutNetwork.Open(
                PlanOf(profile), profile.Sysctls.Select(s => (s.Name, s.Value)).ToArray());
            upper = start is null
                ? UpperTesterProcess.StartLinux(
                    network.Space,
                    profile.SocketOptions.Select(o => $"{o.Name}={o.Value}").ToArray())
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

    private static LinkPlan PlanOf(IutProfile profile) => new()
    {
        IutV4 = profile.V4,
        PrefixV4 = profile.V4Prefix,
        IutV6 = profile.V6,
        PrefixV6 = profile.V6Prefix,
        Mtu = profile.Ixit.Mtu,
    };

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
        long begin = 0;
        while ((result = _network.Link.Write(frame)) == TapResult.WouldBlock)
        {
            begin = begin == 0 ? Stopwatch.GetTimestamp() : begin;
            if (Stopwatch.GetElapsedTime(begin) > WriteLimit)
            {
                throw new IutLostException(
                    $"{Profile.Name} has taken no frame for {WriteLimit.TotalSeconds} s: it hangs");
            }
            // A program that waits until we take what it sends takes nothing meanwhile.
            while (_inbox.Count < InboxLimit && Take(out IutPacket packet))
            {
                _inbox.Enqueue(packet);
            }
            var room = new Poller();
            room.Add(_network.Link.Fd, PollEvents.Writable);
            room.Wait(TimeSpan.FromMilliseconds(10));
        }
        Check(result);
    }

    private void Check(TapResult result)
    {
        if (result is not (TapResult.Vanished or TapResult.Down))
        {
            return;
        }
        if (Profile.Kind == IutKind.Process)
        {
            throw UpperTesterCalls.Ended(_upper);
        }
        throw new IutLostException(
            $"the TAP device {_network.Plan.Device} has "
            + (result == TapResult.Down ? "been set down" : "vanished")
            + ": somebody else has changed it; run again");
    }

    /// <inheritdoc/>
    public bool TryTakePacket(out IutPacket packet)
    {
        if (_inbox.TryDequeue(out packet) || Take(out packet))
        {
            // An upper tester that dies closes its streams before its sockets: the FINs
            // that the kernel then sends are not the IUT's doing.
            _calls.Read(Now);
            return true;
        }
        return false;
    }

    private bool Take(out IutPacket packet)
    {
        TimeSpan asked = Now;
        TapResult result;
        while ((result = _network.Link.Read(_frame, out int length)) == TapResult.Frame)
        {
            ReadOnlySpan<byte> frame = _frame.AsSpan(0, length);
            if (_network.Answers.Answer(frame) is byte[] answer)
            {
                // Where there is no room for it, the question will come again.
                Check(_network.Link.Write(answer));
                continue;
            }
            EthernetView ethernet = EthernetView.Read(frame);
            if (ethernet.Type == EtherType.Arp && _network.Answers.IsIutsAnswer(frame))
            {
                _pulse.Answered(Now);
                continue;
            }
            if (ethernet.Defect == EthernetDefect.None
                && ethernet.Type is EtherType.Ipv4 or EtherType.Ipv6)
            {
                packet = new IutPacket(Now, ethernet.Payload.ToArray())
                {
                    NotBefore = _emptyAt,
                };
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
        AskLink();
        _poller.Change(
            _inputSlot, _upper.HasUnsent ? _upper.InputFd : -1, PollEvents.Writable);
        TimeSpan now = Now;
        TimeSpan next = _pulse.Due > now + Pulse.Interval ? now + Pulse.Interval : _pulse.Due;
        _poller.Wait((until < next ? until.Value : next) - now);
        return true;
    }

    // Where there is no room for the question it is put the next time.
    private void AskLink()
    {
        TimeSpan now = Now;
        if (_pulse.Due <= now && _network.Link.Write(_question) is var result)
        {
            Check(result);
            if (result != TapResult.WouldBlock)
            {
                _pulse.Asked(now);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upper.Dispose();
        _network.Dispose();
    }
}
