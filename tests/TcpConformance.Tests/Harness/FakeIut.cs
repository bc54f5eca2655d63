using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>An IUT in virtual time that does what a test tells it, and nothing else.</summary>
internal sealed class FakeIut : IIut
{
    private readonly PriorityQueue<Action, (TimeSpan Due, int Order)> _plan = new();
    private readonly Queue<IutPacket> _packets = new();
    private readonly Queue<IutReply> _replies = new();
    private int _order;

    public IutProfile Profile { get; init; } =
        new() { Name = "fake", Kind = IutKind.Engine };

    public bool IsVirtualTime => true;

    public TimeSpan Now { get; private set; }

    /// <summary>What it does with a segment.</summary>
    public Action<FakeIut, ReceivedSegment> OnSegment { get; init; } = (_, _) => { };

    /// <summary>What it does with a user call; by default all is done at once.</summary>
    public Action<FakeIut, UserCall> OnCall { get; init; } =
        (iut, call) => iut.Reply(call, UserResult.Ok);

    public List<UserCall> Calls { get; } = [];

    public void After(TimeSpan delay, Action action) =>
        _plan.Enqueue(action, (Now + delay, _order++));

    public void Send(byte[] packet) => _packets.Enqueue(new IutPacket(Now, packet));

    public void Reply(UserCall call, UserResult result) =>
        _replies.Enqueue(new IutReply(Now, call.Id, result));

    /// <summary>Answers a segment on the same connection.</summary>
    public void Answer(ReceivedSegment to, TcpFlags flags, SeqNumber seq, SeqNumber ack)
    {
        // The IUT's view: the segment's destination is the IUT's own socket.
        var segment = new Segment
        {
            SourcePort = to.Pair.Tester.Port,
            DestinationPort = to.Pair.Iut.Port,
            Seq = seq,
            Ack = ack,
            Flags = flags,
            Window = 1000,
        };
        byte[] octets = segment.ToBytes(to.Pair.Tester.Address, to.Pair.Iut.Address);
        int header = PacketWriter.HeaderLength(to.Pair.Iut.Address.IsV6);
        byte[] packet = new byte[header + octets.Length];
        octets.CopyTo(packet, header);
        PacketWriter.WriteHeader(
            packet, to.Pair.Tester.Address, to.Pair.Iut.Address, IpProtocol.Tcp);
        Send(packet);
    }

    public void Deliver(ReadOnlySpan<byte> packet)
    {
        // Read as if it came from the IUT: 'Iut' of the pair is then the sender, the tester.
        if (ReceivedSegment.Read(packet.ToArray(), Now) is { } segment)
        {
            OnSegment(this, segment);
        }
    }

    public bool TryTakePacket(out IutPacket packet) => _packets.TryDequeue(out packet);

    public void Call(UserCall call)
    {
        Calls.Add(call);
        OnCall(this, call);
    }

    public bool TryTakeReply(out IutReply reply) => _replies.TryDequeue(out reply);

    public bool Wait(TimeSpan? until)
    {
        if (_plan.TryPeek(out _, out (TimeSpan Due, int Order) next)
            && (until is null || next.Due <= until))
        {
            Now = next.Due;
            _plan.Dequeue()();
            return true;
        }
        if (until is TimeSpan time)
        {
            Now = time > Now ? time : Now;
            return true;
        }
        return false;
    }

    public void Dispose()
    {
    }
}
