using TcpConformance.Harness.Iuts;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Faults;

/// <summary>The engine behind a faulty link.</summary>
internal sealed class FaultyIut : IIut
{
    private readonly LinkFault _fault;
    private readonly Queue<byte[]> _out = new();
    private readonly Queue<IutReply> _replies = new();
    private readonly HashSet<SocketPair> _deadPairs = [];
    private bool _isDead;

    public FaultyIut(EngineIut engine, LinkFault fault)
    {
        Engine = engine;
        _fault = fault;
        fault.Attach(this);
    }

    public EngineIut Engine { get; }

    public IutProfile Profile => Engine.Profile;

    public bool IsVirtualTime => true;

    public TimeSpan Now => Engine.Now;

    public void Send(byte[] packet) => _out.Enqueue(packet);

    public void Return(UserCall call, UserResult result) =>
        _replies.Enqueue(new IutReply(Now, call.Id, result));

    public void Die() => _isDead = true;

    public void Die(SocketPair pair) => _deadPairs.Add(pair);

    public void Deliver(ReadOnlySpan<byte> packet)
    {
        if (_isDead)
        {
            return;
        }
        Passing? segment = Passing.Read(packet, toIut: true, Engine);
        if (segment is null)
        {
            Engine.Deliver(packet);
        }
        else if (!_deadPairs.Contains(segment.Pair) && _fault.ToIut(segment) && !_isDead
            && !_deadPairs.Contains(segment.Pair))
        {
            Engine.Deliver(segment.Packet(toIut: true));
        }
    }

    public bool TryTakePacket(out IutPacket packet)
    {
        if (_out.TryDequeue(out byte[]? made))
        {
            packet = new IutPacket(Now, made);
            return true;
        }
        while (Engine.TryTakePacket(out packet))
        {
            if (_isDead)
            {
                continue;
            }
            Passing? segment = Passing.Read(packet.Octets.Span, toIut: false, Engine);
            if (segment is null)
            {
                return true;
            }
            if (_fault.FromIut(segment) && !_isDead && !_deadPairs.Contains(segment.Pair))
            {
                // What the fault sends besides comes after it.
                packet = new IutPacket(packet.At, segment.Packet(toIut: false));
                return true;
            }
            if (_out.TryDequeue(out made))
            {
                packet = new IutPacket(Now, made);
                return true;
            }
        }
        return false;
    }

    public void Call(UserCall call)
    {
        if (_fault.Called(call))
        {
            Engine.Call(call);
        }
    }

    public bool TryTakeReply(out IutReply reply)
    {
        if (_replies.TryDequeue(out reply))
        {
            return true;
        }
        return Engine.TryTakeReply(out reply);
    }

    public bool Wait(TimeSpan? until) => Engine.Wait(until);

    public void Dispose() => Engine.Dispose();
}
