using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>Runs one session against one IUT in virtual time, as fast as that goes; the oracle
/// watches everything.</summary>
/// <remarks>For real time, and beside other cases, see <see cref="SessionCase"/>.</remarks>
public sealed class SessionRun
{
    // Turns at one moment of time, and packets in a row that nothing has asked for: more than any
    // good stack needs.
    private const int StandstillLimit = 20_000;
    private const int UnaskedLimit = 5_000;

    // Of one session; a longer one shows nothing that a shorter one does not.
    private const int PacketLimit = 50_000;

    // A session is played by one thread from its beginning to its end.
    [ThreadStatic]
    private static SessionRoom? s_room;

    private readonly Session _session;
    private readonly IIut _iut;
    private readonly SessionTester _tester;
    private readonly Oracle _oracle;
    private readonly TimeSpan _start;
    private readonly List<TraceEntry>? _trace;
    private readonly Dictionary<int, UserCall> _calls;
    private readonly Queue<ReadOnlyMemory<byte>> _arrived;
    private int _lastCall;
    private int _packets;
    private int _unasked;
    private int _violations;
    private bool _inIut;

    private SessionRun(Session session, IIut iut, bool traced)
    {
        _session = session;
        _iut = iut;
        _start = iut.Now;
        _trace = traced ? [] : null;
        SessionRoom room = s_room ??= new SessionRoom();
        room.Clear();
        _calls = room.Calls;
        _arrived = room.Arrived;
        _oracle = new Oracle(iut.Profile.Ixit, iut.Profile.Claims, room.Scratch)
        {
            IsImmediate = true,
        };
        var seat = new CaseSeat(0, iut.Profile.V4, iut.Profile.V6, room.Ports);
        _tester = new SessionTester(iut.Profile, seat, room)
        {
            Clock = () => Now,
            Send = Deliver,
            Call = Call,
        };
    }

    /// <summary>How long the IUT is watched after the last step: longer than 2 MSL and R2.
    /// </summary>
    public static TimeSpan Tail { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Plays a session, and ends with the first violation.</summary>
    /// <param name="session">The session.</param>
    /// <param name="iut">A fresh IUT in virtual time.</param>
    /// <param name="traced">Whether the outcome has a trace.</param>
    /// <param name="watch">Sees the oracle after each event.</param>
    /// <param name="packets">The session ends when the IUT has sent more.</param>
    public static SessionOutcome Play(
        Session session, IIut iut, bool traced = false, Action<Oracle>? watch = null,
        int packets = PacketLimit) =>
        new SessionRun(session, iut, traced) { Watch = watch, MostPackets = packets }.Play();

    private Action<Oracle>? Watch { get; init; }

    private int MostPackets { get; init; }

    private TimeSpan Now => _iut.Now - _start;

    private bool IsOver => _oracle.Violations.Count > 0 || _packets > MostPackets
        || _unasked > UnaskedLimit;

    private SessionOutcome Play()
    {
        int steps = 0;
        try
        {
            foreach (SessionStep step in _session.Steps)
            {
                if (_trace is not null)
                {
                    _trace.Add(StateNote.Of(Now, step, _oracle, _tester.Current));
                }
                foreach (SessionPause pause in _tester.Play(step))
                {
                    if (!Pass(pause))
                    {
                        return Ended(steps);
                    }
                }
                steps++;
                if (!Pass(new SessionPause(Now)))
                {
                    return Ended(steps);
                }
            }
            Pass(new SessionPause(Now + Tail));
            return Ended(steps);
        }
        catch (IutLostException lost)
        {
            return End(SessionEnding.Lost, steps) with { Message = lost.Message };
        }
        catch (Exception e) when (_inIut)
        {
            return End(SessionEnding.Crash, steps) with { Message = Text(e), Cause = e };
        }
    }

    private SessionOutcome Ended(int steps) =>
        _oracle.Violations.Count > 0 ? End(SessionEnding.Violation, steps)
        : _unasked > UnaskedLimit || _isStill
            ? End(SessionEnding.Standstill, steps) with
            {
                Message = _unasked > UnaskedLimit
                    ? $"more than {UnaskedLimit} packets"
                    : "the IUT's time stands still",
            }
        : End(SessionEnding.Clean, steps);

    private bool _isStill;

    private SessionOutcome End(SessionEnding ending, int steps) =>
        new(_session, ending)
        {
            Violations = [.. _oracle.Violations],
            Trace = _trace ?? [],
            Elapsed = Now,
            Packets = _packets,
            Steps = steps,
        };

    // False: the session is over.
    private bool Pass(SessionPause pause)
    {
        int before = _packets;
        TimeSpan last = Now;
        int turns = 0;
        while (true)
        {
            Drain();
            if (IsOver)
            {
                return false;
            }
            if (_tester.Fire())
            {
                continue;
            }
            TimeSpan now = Now;
            turns = now == last ? turns + 1 : 0;
            _unasked = now == last ? _unasked : 0;
            last = now;
            if (turns > StandstillLimit)
            {
                _isStill = true;
                return false;
            }
            _oracle.Advance(now, TimeSpan.Zero);
            Watch?.Invoke(_oracle);
            if (IsOver)
            {
                LookForViolations();
                return false;
            }
            if (now >= pause.Until || (pause.OrArrival && _packets > before))
            {
                return true;
            }
            TimeSpan next = Earlier(pause.Until, _tester.NextDue, default);
            next = Earlier(next, _oracle.NextDeadline, now);
            _inIut = true;
            _iut.Wait(next + _start);
            _inIut = false;
        }
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other, TimeSpan after) =>
        other is TimeSpan o && o < one && o > after ? o : one;

    private void Drain()
    {
        bool any;
        do
        {
            Take();
            any = _arrived.Count > 0;
            while (_arrived.TryDequeue(out ReadOnlyMemory<byte> octets))
            {
                _tester.Observe(octets);
            }
            _inIut = true;
            while (_iut.TryTakeReply(out IutReply reply))
            {
                _inIut = false;
                any = true;
                Take(in reply);
                _inIut = true;
            }
            _inIut = false;
        }
        while (any && !IsOver);
    }

    // What comes at once is judged at once; the tester sees it when it has done what it is at.
    private void Take()
    {
        _inIut = true;
        while (!IsOver && _iut.TryTakePacket(out IutPacket packet))
        {
            _inIut = false;
            Take(in packet);
            _inIut = true;
        }
        _inIut = false;
    }

    private void Take(in IutPacket packet)
    {
        _packets++;
        _unasked++;
        if (_trace is not null)
        {
            Record(
                TraceKind.SegmentFromIut, packet.Octets.ToArray(),
                PacketText.Of(packet.Octets.Span), _tester.Current);
        }
        _oracle.FromIut(Now, packet.Octets.Span);
        LookForViolations();
        _arrived.Enqueue(packet.Octets);
    }

    private void Take(in IutReply reply)
    {
        if (!_calls.Remove(reply.CallId, out UserCall? call))
        {
            return;
        }
        if (_trace is not null)
        {
            Record(
                TraceKind.UserResult, null, CallText.Of(call, reply.Result), call.Pair, call,
                reply.Result);
        }
        _oracle.CallReturned(Now, call, reply.Result);
        LookForViolations();
        _tester.OnReply(call, reply.Result);
    }

    private void Deliver(byte[] packet, SocketPair pair)
    {
        Take(); // what a call has caused
        if (_trace is not null)
        {
            Record(TraceKind.SegmentToIut, packet, PacketText.Of(packet), pair);
        }
        _unasked = 0;
        _oracle.ToIut(Now, packet);
        LookForViolations();
        _inIut = true;
        _iut.Deliver(packet);
        _inIut = false;
        Take();
    }

    private void Call(Func<int, UserCall> make)
    {
        UserCall call = make(++_lastCall);
        _calls.Add(call.Id, call);
        if (_trace is not null)
        {
            Record(TraceKind.UserCall, null, CallText.Of(call), call.Pair, call);
        }
        _oracle.CallStarted(Now, call);
        LookForViolations();
        _inIut = true;
        _iut.Call(call);
        _inIut = false;
    }

    private void LookForViolations()
    {
        Watch?.Invoke(_oracle);
        while (_trace is not null && _violations < _oracle.Violations.Count)
        {
            Violation v = _oracle.Violations[_violations++];
            Record(TraceKind.Violation, null, $"{v.Requirement}: {v.Message}", v.Pair);
        }
    }

    private void Record(
        TraceKind kind, byte[]? packet, string text, SocketPair? connection,
        UserCall? call = null, UserResult? result = null) =>
        _trace!.Add(new TraceEntry(Now, kind, packet, text, connection?.ToString())
        {
            Call = call,
            Result = result,
        });

    /// <summary>The type, the message and the innermost place: two that have the same are the same
    /// fault.</summary>
    internal static string Text(Exception e)
    {
        string place = e.StackTrace?.Split('\n')[0].Trim() ?? "";
        int path = place.LastIndexOf(" in ", StringComparison.Ordinal);
        if (path >= 0)
        {
            // The same on every machine: the file's name and the line.
            place = $"{place[..path]} ({Path.GetFileName(place[(path + 4)..])})";
        }
        return $"{e.GetType().Name}: {e.Message} {place}";
    }
}
