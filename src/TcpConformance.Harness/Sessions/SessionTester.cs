using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>A pause within a step: the tester goes on then, or when something comes.</summary>
/// <param name="Until">Since the start of the session.</param>
/// <param name="OrArrival">Whether an arrival ends it, too.</param>
/// <param name="Reacts">Whether the IUT is to answer before the tester goes on.</param>
internal readonly record struct SessionPause(
    TimeSpan Until, bool OrArrival = false, bool Reacts = false);

/// <summary>Both testers of a session, without any I/O: steps become packets and user calls, and
/// what comes back moves what is known.</summary>
internal sealed partial class SessionTester(
    IutProfile profile, CaseSeat seat, SessionRoom room)
{
    private const ushort FirstPort = 40_000;
    private readonly Dictionary<SocketPair, SessionEnd> _ends = room.Ends;
    private readonly HashSet<SocketAddress> _listening = room.Listening;
    private SessionEnd? _current;
    private ushort _nextPort = FirstPort;

    /// <summary>The time since the start of the session.</summary>
    public required Func<TimeSpan> Clock { get; init; }

    /// <summary>Writes a packet to the link towards the IUT.</summary>
    public required Action<byte[], SocketPair> Send { get; init; }

    /// <summary>Starts a user call.</summary>
    public required Action<Func<int, UserCall>> Call { get; init; }

    /// <summary>The connection that steps are about.</summary>
    public SocketPair? Current => _current?.Pair;

    /// <summary>When <see cref="Fire"/> has something to do.</summary>
    public TimeSpan? NextDue => _current?.Flow?.NextDue;

    /// <summary>Does what is due.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Fire() => _current?.Flow?.Fire(Clock()) == true;

    /// <summary>Plays a step; between two pauses all that has come is to be handed in.</summary>
    public IEnumerable<SessionPause> Play(SessionStep step)
    {
        switch (step)
        {
            case OpenStep open:
                return Play(open);
            case FlowStep flow:
                return Play(flow);
            case WaitStep wait:
                return [new SessionPause(Clock() + Length(wait), wait.For == WaitFor.Next)];
            case SegmentStep segment:
                Play(segment);
                return [];
            case AgainStep again:
                Play(again);
                return [];
            case CallStep call:
                Play(call);
                return [];
            case IcmpStep icmp:
                Play(icmp);
                return [];
            default:
                throw new ArgumentException($"no such step: {step}");
        }
    }

    /// <summary>Ends what the session has left open: connections, and listening sockets.</summary>
    public void Leave()
    {
        foreach (SessionEnd end in _ends.Values)
        {
            if (end.User is { HasAsked: true, IsGone: false }
                && (end.User.IsOpen || end.Open.Role != OpenRole.Passive))
            {
                Call(id => new UserCall(id, UserCallKind.Abort, end.Pair));
            }
            if (end.IutOffer is not null && !end.IsReset)
            {
                Play(new SegmentStep { Flags = TcpFlags.Rst, Seq = SeqEdge.Una }, end);
            }
        }
        foreach (SocketAddress iut in _listening)
        {
            Call(id => new UserCall(id, UserCallKind.StopListening, new(iut, default)));
        }
    }

    /// <summary>A packet of the IUT.</summary>
    public void Observe(ReadOnlyMemory<byte> packet)
    {
        PacketView ip = PacketView.Read(packet.Span);
        if (ip.Defect != PacketDefect.None || ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return;
        }
        SegmentView.Read(ip.Payload, out SegmentView view);
        if (view.Defect.IsFatal())
        {
            return;
        }
        TcpHeader h = view.Header;
        var pair = new SocketPair(
            new(ip.Source, h.SourcePort), new(ip.Destination, h.DestinationPort));
        if (!_ends.TryGetValue(pair, out SessionEnd? end))
        {
            return;
        }
        end.LastPacket = packet;
        if (end.Flow is SessionFlow flow)
        {
            flow.Take(in h, Clock());
        }
        else
        {
            end.Take(in h, isLost: false);
        }
    }

    private TimeSpan Length(WaitStep wait)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(wait.Milliseconds) + wait.For switch
        {
            WaitFor.Time or WaitFor.Next => TimeSpan.Zero,
            WaitFor.TimeWait => profile.Ixit.TimeWait,
            WaitFor.KeepAlive => profile.Ixit.KeepAliveIdle,
        };
        return time < TimeSpan.Zero ? TimeSpan.Zero : time;
    }

    private IEnumerable<SessionPause> Play(FlowStep step)
    {
        if (_current is not SessionEnd end || end.IsReset)
        {
            yield break;
        }
        TimeSpan until = Clock() + TimeSpan.FromMilliseconds(step.Milliseconds);
        end.Flow = new SessionFlow(step, end, s => Play(s, end));
        end.Flow.Start(Clock());
        yield return new SessionPause(until);
        end.Flow.Finish();
        end.Flow = null;
    }

    private IEnumerable<SessionPause> Play(OpenStep open)
    {
        if (GiveUp(open, _current))
        {
            yield return Reaction();
        }
        SessionEnd end = Begin(open);
        if (open.Place == OpenPlace.ClosedPort)
        {
            yield break;
        }
        TimeSpan rtt = TimeSpan.FromMilliseconds(open.Rtt);
        if (open.Role == OpenRole.Passive)
        {
            if (_listening.Add(end.Pair.Iut))
            {
                Call(id => new UserCall(id, UserCallKind.Listen, new(end.Pair.Iut, default)));
                yield return Reaction();
            }
        }
        else
        {
            Ask(end, UserCallKind.Connect);
            yield return Reaction();
            yield return new SessionPause(Clock() + rtt);
        }
        if (open.Stage != OpenStage.Asked)
        {
            bool answers = open.Role == OpenRole.Active && end.IutOffer is not null;
            Play(new SegmentStep { Flags = TcpFlags.Syn | (answers ? TcpFlags.Ack : 0) }, end);
            yield return Reaction();
            if (open.Stage == OpenStage.Complete && open.Role != OpenRole.Active
                && end.IutOffer is not null)
            {
                yield return new SessionPause(Clock() + rtt);
                Play(new SegmentStep { Flags = TcpFlags.Ack }, end);
            }
        }
        if (open.Role == OpenRole.Passive
            && (open.Place != OpenPlace.SamePair || end.IutOffer is not null))
        {
            Ask(end, UserCallKind.Accept);
        }
        yield return new SessionPause(Clock());
    }

    private SessionPause Reaction() => new(Clock(), Reacts: true);

    private SessionEnd Begin(OpenStep open)
    {
        SessionEnd? last = _current;
        bool again = open.Place == OpenPlace.SamePair && last is not null && !last.User.IsStranded;
        SocketPair pair = again ? last!.Pair : NewPair(open, last);
        var end = new SessionEnd(
            pair, open, again ? last!.SndNxt + open.Iss : new SeqNumber(open.Iss))
        {
            User = again && last!.User.IsWaiting ? last.User : new(),
        };
        _ends[pair] = end;
        _current = end;
        return end;
    }

    private SocketPair NewPair(OpenStep open, SessionEnd? last)
    {
        bool sameListener = open.Place == OpenPlace.SameListener && last is not null;
        bool v6 = sameListener ? last!.Pair.Iut.Address.IsV6 : open.IsV6;
        SocketAddress iut = sameListener
            ? last!.Pair.Iut
            : new SocketAddress(v6 ? profile.V6 : profile.V4, seat.NextIutPort());
        return new SocketPair(iut, new SocketAddress(seat.Tester(v6, 0), _nextPort++));
    }

    private void Play(SegmentStep step)
    {
        if (_current is SessionEnd end)
        {
            Play(step, end);
        }
    }

    private void Play(SegmentStep step, SessionEnd end)
    {
        end.Window = step.Window ?? end.Window;
        Segment segment = SessionSegments.Of(step, end, Clock());
        if (step.Fault == SegmentFault.None)
        {
            end.Advance(segment.Flags, segment.Seq, segment.Seq + segment.SegLen);
        }
        if (step.Lost)
        {
            return;
        }
        if (step.Flags.Has(TcpFlags.Ack) && step.Fault == SegmentFault.None)
        {
            end.Acknowledged(segment.Ack);
        }
        end.ResetSent |= step.Flags.Has(TcpFlags.Rst) && end.IutOffer is not null;
        byte[] packet = SessionSegments.Packet(end, segment, step.Fault);
        end.Sent.Add(packet);
        Send(packet, end.Pair);
    }

    private void Play(AgainStep step)
    {
        if (_current is SessionEnd end && step.Back < end.Sent.Count)
        {
            Send(end.Sent[end.Sent.Count - 1 - step.Back], end.Pair);
        }
    }

    private void Play(IcmpStep step)
    {
        if (_current is not SessionEnd end || end.LastPacket.IsEmpty)
        {
            return;
        }
        IpAddress iut = end.Pair.Iut.Address;
        IpAddress tester = end.Pair.Tester.Address;
        byte[] quoted = end.LastPacket.ToArray();
        Span<byte> seq = quoted.AsSpan(PacketWriter.HeaderLength(iut.IsV6) + 4, 4);
        uint number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(seq);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
            seq, (new SeqNumber(number) + step.SeqOffset).Value);
        IcmpKind kind = iut.IsV6 && step.Kind == IcmpKind.SourceQuench
            ? IcmpKind.TimeExceeded
            : step.Kind;
        byte[] message = iut.IsV6
            ? IcmpWriter.ErrorV6(tester, iut, kind, step.Code, quoted, (uint)step.Parameter)
            : IcmpWriter.ErrorV4(kind, step.Code, quoted, (uint)step.Parameter);
        IpProtocol protocol = iut.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        Send(PacketWriter.Packet(tester, iut, protocol, message), end.Pair);
    }
}
