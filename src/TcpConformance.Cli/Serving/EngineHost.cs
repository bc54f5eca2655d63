using System.Diagnostics;
using TcpConformance.Engine;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.Cli.Serving;

/// <summary>The engine as a host on a TAP device, in real time.</summary>
internal sealed class EngineHost
{
    // Frames in one direction before the other gets its turn.
    private const int Batch = 64;
    private const int NeighboursAtMost = 4096;

    private readonly IFrameLink _tap;
    private readonly LinkPlan _plan;
    private readonly LinkAnswers _answers;
    private readonly TcpStack _stack;
    private readonly ServiceSet _services;
    private readonly Dictionary<IpAddress, MacAddress> _neighbours = [];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly byte[] _in;
    private readonly byte[] _out;
    private int _unsent;

    /// <summary>A host.</summary>
    /// <param name="tap">Its link.</param>
    /// <param name="plan">The host is the tester of the plan: it has the two gateway addresses and
    /// no others.</param>
    /// <param name="stack">Its TCP.</param>
    /// <param name="services">What it serves.</param>
    internal EngineHost(IFrameLink tap, LinkPlan plan, TcpStack stack, ServiceSet services)
    {
        _tap = tap;
        _plan = plan;
        _answers = new LinkAnswers(plan);
        _stack = stack;
        _services = services;
        _in = new byte[plan.Mtu + 18];
        _out = new byte[plan.Mtu + EthernetView.MinimumLength];
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_begin);

    /// <summary>Serves until it is told to end.</summary>
    /// <exception cref="TapUnavailableException">The device is gone.</exception>
    internal void Run(CancellationToken cancel)
    {
        using var wakeup = new Wakeup();
        using CancellationTokenRegistration registration = cancel.Register(wakeup.Signal);
        var poller = new Poller();
        int tap = poller.Add(_tap.Fd);
        poller.Add(wakeup.Fd);
        while (!cancel.IsCancellationRequested)
        {
            bool did = Read();
            _stack.Advance(Now);
            did |= _services.Poll(Now);
            did |= Write();
            if (!did)
            {
                poller.Change(
                    tap, _tap.Fd,
                    PollEvents.Readable | (_unsent > 0 ? PollEvents.Writable : PollEvents.None));
                poller.Wait(_stack.NextTimeout is TimeSpan due ? due - Now : null);
            }
        }
    }

    private bool Read()
    {
        for (int i = 0; i < Batch; i++)
        {
            TapResult result = _tap.Read(_in, out int length);
            Check(result);
            if (result != TapResult.Frame)
            {
                return i > 0;
            }
            Arrive(_in.AsSpan(0, length));
        }
        return true;
    }

    private void Arrive(ReadOnlySpan<byte> frame)
    {
        if (_answers.Answer(frame) is byte[] answer)
        {
            _tap.Write(answer);
            return;
        }
        EthernetView ethernet = EthernetView.Read(frame);
        if (ethernet.Defect != EthernetDefect.None
            || ethernet.Type is not (EtherType.Ipv4 or EtherType.Ipv6)
            || ethernet.Destination != _plan.TesterMac)
        {
            return;
        }
        // A server answers whoever spoke to it: the way back is the way it came.
        PacketView packet = PacketView.Read(ethernet.Payload);
        if (packet.Defect == PacketDefect.None)
        {
            Remember(packet.Source, ethernet.Source);
            _stack.Receive(ethernet.Payload, Now);
        }
    }

    private void Remember(IpAddress address, MacAddress mac)
    {
        if (_neighbours.TryGetValue(address, out MacAddress known) && known == mac)
        {
            return;
        }
        if (_neighbours.Count >= NeighboursAtMost)
        {
            _neighbours.Clear();
        }
        _neighbours[address] = mac;
    }

    private bool Write()
    {
        Span<byte> packet = _out.AsSpan(EthernetView.MinimumLength);
        for (int i = 0; i < Batch; i++)
        {
            if (_unsent == 0 && !Next(packet))
            {
                return i > 0;
            }
            TapResult result = _tap.Write(_out.AsSpan(0, _unsent));
            Check(result);
            if (result == TapResult.WouldBlock)
            {
                return i > 0;
            }
            _unsent = 0;
        }
        return true;
    }

    // The next frame, if its receiver's link address is known.
    private bool Next(Span<byte> packet)
    {
        int length;
        while ((length = _stack.Transmit(packet, Now)) > 0)
        {
            PacketView view = PacketView.Read(packet[..length]);
            if (_neighbours.TryGetValue(view.Destination, out MacAddress mac))
            {
                EthernetWriter.WriteHeader(
                    _out, mac, _plan.TesterMac,
                    view.Destination.IsV6 ? EtherType.Ipv6 : EtherType.Ipv4);
                _unsent = EthernetView.MinimumLength + length;
                return true;
            }
        }
        return false;
    }

    private void Check(TapResult result)
    {
        if (result == TapResult.Vanished)
        {
            throw new TapUnavailableException(
                TapFault.LinkRefused,
                $"the TAP device {_tap.Name} has vanished: make it anew and start again");
        }
    }
}
