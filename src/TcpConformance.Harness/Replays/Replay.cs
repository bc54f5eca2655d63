using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Replays;

/// <summary>Does to a fresh IUT in virtual time what a trace says was done, at the same times; the
/// oracle watches. What the case itself expected plays no part.</summary>
public sealed class Replay
{
    // More than any trace that is worth a replay.
    private const int PacketLimit = 20_000;

    private readonly IIut _iut;
    private readonly TimeSpan _start;
    private readonly Oracle _oracle;
    private readonly List<TraceEntry> _trace = [];
    private readonly Dictionary<int, UserCall> _calls = [];
    private int _packets;

    private Replay(IIut iut)
    {
        _iut = iut;
        _start = iut.Now;
        _oracle = new Oracle(iut.Profile.Ixit, iut.Profile.Claims);
    }

    /// <summary>The first thing that the oracle found; null if it has no complaint.</summary>
    public Violation? Violation => _oracle.Violations.Count > 0 ? _oracle.Violations[0] : null;

    /// <summary>All that happened, up to the violation.</summary>
    public IReadOnlyList<TraceEntry> Trace => _trace;

    /// <summary>Plays stimuli.</summary>
    /// <param name="stimuli">What is done, in order.</param>
    /// <param name="until">How long the IUT is watched, since the start.</param>
    /// <param name="iut">A fresh IUT in virtual time.</param>
    public static Replay Play(IReadOnlyList<Stimulus> stimuli, TimeSpan until, IIut iut)
    {
        var replay = new Replay(iut);
        foreach (Stimulus s in stimuli)
        {
            if (!s.Together && !replay.Pass(s.At))
            {
                return replay;
            }
            replay.Do(s);
        }
        replay.Pass(until);
        return replay;
    }

    private TimeSpan Now => _iut.Now - _start;

    private bool IsOver => Violation is not null || _packets > PacketLimit;

    private void Do(Stimulus s)
    {
        if (s.Packet is byte[] packet)
        {
            Record(TraceKind.SegmentToIut, packet, s.Text, s.Connection);
            _oracle.ToIut(Now, packet);
            _iut.Deliver(packet);
        }
        else if (s.Call is UserCall call)
        {
            Record(TraceKind.UserCall, null, s.Text, s.Connection);
            _calls[call.Id] = call;
            _oracle.CallStarted(Now, call);
            _iut.Call(call);
        }
    }

    // False: it is over.
    private bool Pass(TimeSpan until)
    {
        while (true)
        {
            Drain();
            if (!IsOver)
            {
                _oracle.Advance(Now, TimeSpan.Zero);
            }
            if (Violation is Violation v)
            {
                Record(
                    TraceKind.Violation, null, $"{v.Requirement}: {v.Message}", v.Pair.ToString());
                return false;
            }
            if (IsOver)
            {
                return false;
            }
            if (Now >= until)
            {
                return true;
            }
            TimeSpan next = _oracle.NextDeadline is TimeSpan due && due > Now && due < until
                ? due
                : until;
            _iut.Wait(next + _start);
        }
    }

    private void Drain()
    {
        while (!IsOver && _iut.TryTakePacket(out IutPacket packet))
        {
            _packets++;
            byte[] octets = packet.Octets.ToArray();
            Record(TraceKind.SegmentFromIut, octets, PacketText.Of(octets), null);
            _oracle.FromIut(Now, octets);
        }
        while (!IsOver && _iut.TryTakeReply(out IutReply reply))
        {
            if (_calls.Remove(reply.CallId, out UserCall? call))
            {
                Record(
                    TraceKind.UserResult, null, CallText.Of(call, reply.Result),
                    call.Pair.ToString());
                _oracle.CallReturned(Now, call, reply.Result);
            }
        }
    }

    private void Record(TraceKind kind, byte[]? packet, string text, string? connection) =>
        _trace.Add(new TraceEntry(Now, kind, packet, text, connection));
}
