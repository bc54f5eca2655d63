using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness;

/// <content>What crosses the IUT's boundary in the case: trace and oracle see all of it.
/// </content>
public sealed partial class CaseContext
{
    private readonly Dictionary<int, PendingCall> _calls = [];
    private const int SmallSend = 4096;
    private int _violationsSeen;

    /// <summary>Names user calls of all cases of a run apart.</summary>
    internal Func<int> NextCallId { get; init; } = () => 0;

    /// <summary>Set when the body has ended: nothing is judged or traced any more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Is shown every packet of the IUT, after trace and oracle.</summary>
    internal Action<ReadOnlyMemory<byte>>? PacketTap { get; set; }

    /// <summary>Whether the oracle is told of what crosses the boundary.</summary>
    internal bool HasOracle { get; set; } = true;

    /// <summary>Which packets to the IUT, counted from 0, are left out as though the case had never
    /// sent them; null: none.</summary>
    internal Predicate<int>? LeavesOut { get; set; }

    /// <summary>Packets to the IUT so far, those included that were left out.</summary>
    internal int PacketsToIut { get; private set; }

    /// <summary>When the case wrote packets, on the clock of the IUT's link.</summary>
    internal Sendings Written { get; private set; }

    /// <summary>When it made user calls.</summary>
    internal Sendings Called { get; private set; }

    /// <summary>Calls that have not returned.</summary>
    internal IEnumerable<int> PendingCalls => _calls.Keys;

    /// <summary>Writes an IP packet to the link, whatever it holds.</summary>
    /// <param name="packet">The octets.</param>
    /// <param name="connection">The connection it belongs to, for the trace.</param>
    public void SendPacket(byte[] packet, SocketPair? connection = null)
    {
        if (LeavesOut?.Invoke(PacketsToIut++) == true)
        {
            return;
        }
        if (!IsOver)
        {
            Record(TraceKind.SegmentToIut, packet, PacketText.Of(packet), connection);
            Watcher?.ToIut(Now, packet);
        }
        Written = Written.And(_iut.Now, _iut.Heard.Written);
        _iut.Deliver(packet);
        LookForViolations();
    }

    /// <summary>Starts a user call.</summary>
    internal async Task<UserResult> Call(Func<int, UserCall> make)
    {
        UserCall call = make(NextCallId());
        var pending = new PendingCall(call, Now);
        _calls.Add(call.Id, pending);
        if (!IsOver)
        {
            Record(TraceKind.UserCall, null, CallText.Of(call), call.Pair, call);
            Watcher?.CallStarted(Now, call);
        }
        Called = Called.And(_iut.Now, _iut.Heard.Called);
        _iut.Call(call);
        LookForViolations();
        while (pending.Result is null)
        {
            await Scheduler.Wait(pending.Returned, null);
        }
        return pending.Result;
    }

    /// <summary>A packet has come for one of the case's addresses.</summary>
    internal void OnPacket(in IutPacket packet)
    {
        if (IsOver)
        {
            return;
        }
        TimeSpan at = packet.At - _start;
        var segment = ReceivedSegment.Read(packet.Octets, at);
        Peer? peer = segment is null ? null : _peers.Find(p => p.Claims(segment));
        Record(
            TraceKind.SegmentFromIut, packet.Octets.ToArray(), PacketText.Of(packet.Octets.Span),
            peer?.Pair ?? segment?.Pair);
        Watcher?.FromIut(at, packet.Octets.Span, packet.NotBefore - _start);
        LookForViolations();
        PacketTap?.Invoke(packet.Octets);
        if (peer is not null)
        {
            peer.Enqueue(segment!);
        }
        else if (segment is not null)
        {
            _strays.Add(segment);
        }
    }

    /// <summary>A user call of the case has returned.</summary>
    /// <returns>How late the upper tester was: the machine stalls its process, too.</returns>
    internal TimeSpan OnReply(in IutReply reply)
    {
        if (!_calls.Remove(reply.CallId, out PendingCall? pending))
        {
            return TimeSpan.Zero;
        }
        TimeSpan late = ReturnsAtOnce(pending.Call)
            ? Now - pending.Since
            : TimeSpan.Zero;
        if (!IsOver)
        {
            TimeSpan at = reply.At - _start;
            Record(
                TraceKind.UserResult, null, CallText.Of(pending.Call, reply.Result),
                pending.Call.Pair, pending.Call, reply.Result);
            Watcher?.CallReturned(at, pending.Call, reply.Result);
            LookForViolations();
        }
        pending.Result = reply.Result;
        pending.Returned.Raise();
        return late;
    }

    // The others wait for what the peer does, and a long SEND for room.
    private static bool ReturnsAtOnce(UserCall call) => call.Kind
        is UserCallKind.Listen or UserCallKind.StopListening or UserCallKind.Shutdown
        or UserCallKind.Abort or UserCallKind.SetOption
        || (call.Kind == UserCallKind.Send && call.Text.Length <= SmallSend);

    /// <summary>Lets the oracle judge deadlines that have passed.</summary>
    internal void Advance(TimeSpan lateness)
    {
        if (!IsOver)
        {
            Watcher?.Advance(Now, lateness);
            LookForViolations();
        }
    }

    private Oracle? Watcher => HasOracle ? Oracle : null;

    private void Record(
        TraceKind kind, byte[]? frame, string text, SocketPair? connection,
        UserCall? call = null, UserResult? result = null) =>
        _trace.Add(new TraceEntry(Now, kind, frame, text, connection?.ToString())
        {
            Call = call,
            Result = result,
        });

    /// <summary>Writes a note that was made elsewhere into the trace.</summary>
    internal void Record(TraceEntry note) => _trace.Add(note);

    private void LookForViolations()
    {
        while (_violationsSeen < Oracle.Violations.Count && !IsOver)
        {
            Violation v = Oracle.Violations[_violationsSeen++];
            Record(TraceKind.Violation, null, $"{v.Requirement}: {v.Message}", v.Pair);
            if (Case.EndsEarlyOnViolation)
            {
                Scheduler.End(new CaseEndedException(Verdict.Fail, v.Requirement, v.Message));
            }
        }
    }

    private sealed class PendingCall(UserCall call, TimeSpan since)
    {
        public UserCall Call { get; } = call;

        public TimeSpan Since { get; } = since;

        public Running.CaseSignal Returned { get; } = new();

        public UserResult? Result { get; set; }
    }
}
