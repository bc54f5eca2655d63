using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Running;

/// <summary>Runs cases side by side against one IUT on the calling thread: the same loop
/// for virtual and for real time.</summary>
/// <remarks>Packets and results are handed out before timers fire, so that a case never
/// misses what came in time only because the loop was late.</remarks>
public sealed class CaseLoop
{
    // A case that did not pass while the loop was later than this is run again.
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(40);

    // It waits for a second as quiet as this, if there is one while others run.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(20);

    // While there is always something to do timers are looked at as often as that.
    private static readonly TimeSpan Starving = TimeSpan.FromMilliseconds(2);

    // What an IUT does as it dies is no finding: its death is seen well within this time.
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CancelPoll = TimeSpan.FromMilliseconds(100);
    private const int RunsAtMost = 6;

    // One that has passed only because it was waited for is tried so often, for a better proof.
    private const int IndulgedAtMost = 3;
    private const int StartsAtOnce = 8;

    private readonly IIut _iut;
    private readonly ulong _seed;
    private readonly int _jobs;
    private readonly PortPool _ports = new();
    private readonly List<CaseRun> _live = [];
    private readonly Dictionary<IpAddress, CaseRun> _byAddress = [];
    private readonly Dictionary<int, CaseRun> _byCall = [];
    private readonly Queue<(TestCase Case, int Before)> _waiting = new();
    private readonly Queue<(TestCase Case, int Before)> _again = new();
    private readonly LoopLateness _lateness;
    private readonly Queue<(TimeSpan Until, CaseOutcome Outcome)> _doubted = new();
    private readonly List<string> _strays = [];
    private readonly HashSet<IpAddress> _retired = [];
    private bool _postponed;
    private TimeSpan _advanced;
    private int _seats;
    private int _calls;

    /// <summary>A loop.</summary>
    /// <param name="iut">The IUT, which no other loop uses.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="jobs">How many cases are in flight at most.</param>
    public CaseLoop(IIut iut, ulong seed, int jobs)
    {
        _iut = iut;
        _seed = seed;
        _jobs = jobs;
        _lateness = new LoopLateness(iut.Now);
    }

    /// <summary>Tells a failure that is known of the IUT: it is not run again, whoever was late.
    /// </summary>
    public Predicate<CaseOutcome> IsKnown { get; init; } = _ => false;

    /// <summary>Whether a case that has passed only because somebody who was late was waited for
    /// is run again, for a better proof.</summary>
    public bool ProvesAgain { get; init; } = true;

    /// <summary>Whether the oracle watches; without it only the cases themselves judge.</summary>
    public bool HasOracle { get; init; } = true;

    /// <summary>Packets that belonged to no case, as one line each, at most a hundred.</summary>
    public IReadOnlyList<string> Strays => _strays;

    /// <summary>Runs the cases; <paramref name="finished"/> is told of each on this thread.
    /// </summary>
    /// <exception cref="IutLostException">The IUT is gone; cases in flight have been told of as
    /// inconclusive, the rest has not been run.</exception>
    public void Run(
        IEnumerable<TestCase> cases, Action<CaseOutcome> finished, CancellationToken cancel)
    {
        foreach (TestCase c in cases)
        {
            _waiting.Enqueue((c, 0));
        }
        try
        {
            while (!cancel.IsCancellationRequested
                && (_live.Count > 0 || _waiting.Count > 0 || _again.Count > 0
                    || _doubted.Count > 0))
            {
                Start();
                bool isBusy = Pump(finished) || CanStart;
                if (!isBusy)
                {
                    Wait();
                }
                else if (!_iut.IsVirtualTime && _iut.Now - _advanced > Starving)
                {
                    AdvanceUnless(HasArrivals());
                }
                Believe(finished, _iut.Now);
            }
            LeaveAll();
            Believe(finished, TimeSpan.MaxValue);
        }
        catch (IutLostException lost)
        {
            EndAll(lost, finished);
            throw;
        }
    }

    private bool CanStart => _live.Count < _jobs && (_waiting.Count > 0 || CanStartAgain);

    private bool CanStartAgain => _again.Count > 0
        && (_live.Count == 0 || _lateness.Recent(_iut.Now) < Calm);

    private void Start()
    {
        // A few at a time: hundreds of openings at one moment would make every one of them late.
        for (int n = 0; n < StartsAtOnce && CanStart; n++)
        {
            (TestCase Case, int Before) next = _waiting.Count > 0
                ? _waiting.Dequeue()
                : _again.Dequeue();
            var seat = new CaseSeat(_seats++, _iut.Profile.V4, _iut.Profile.V6, _ports);
            CaseRun? run = null;
            run = new CaseRun(
                next.Case, _iut, seat, CaseSeed.Of(_seed, next.Case.Id),
                () => NewCall(run!))
            {
                Before = next.Before,
                HasOracle = HasOracle,
            };
            _live.Add(run);
            for (int i = 0; i < CaseSeat.Addresses; i++)
            {
                _byAddress[seat.Tester(false, i)] = run;
                _byAddress[seat.Tester(true, i)] = run;
            }
            _byAddress[seat.Multicast] = run;
        }
    }

    private int NewCall(CaseRun run)
    {
        _byCall[++_calls] = run;
        return _calls;
    }

    /// <summary>Does all that can be done now; false if there was nothing.</summary>
    private bool Pump(Action<CaseOutcome> finished)
    {
        bool did = false;
        for (int i = _live.Count - 1; i >= 0; i--)
        {
            CaseRun run = _live[i];
            did |= run.RunReady();
            if (run.IsFinished)
            {
                _live.RemoveAt(i);
                Finish(run, finished);
                did = true;
            }
        }
        if (!_iut.IsVirtualTime)
        {
            _lateness.Looks(_iut.Now);
        }
        while (_iut.TryTakePacket(out IutPacket packet))
        {
            HandOut(packet);
            did = true;
        }
        while (_iut.TryTakeReply(out IutReply reply))
        {
            if (_byCall.Remove(reply.CallId, out CaseRun? run))
            {
                run.OnReply(reply);
            }
            did = true;
        }
        return did;
    }

    private void HandOut(in IutPacket packet)
    {
        PacketView view = PacketView.Read(packet.Octets.Span);
        if (_byAddress.TryGetValue(view.Destination, out CaseRun? run))
        {
            run.OnPacket(packet);
        }
        else if (_iut.IsVirtualTime && _live.Count == 1)
        {
            // A case that has the IUT to itself answers for all that it sends, wherever to.
            _live[0].OnPacket(packet);
        }
        else if (view.Protocol == (byte)IpProtocol.Tcp
            && !_retired.Contains(view.Destination) && _strays.Count < 100)
        {
            _strays.Add($"{view.Source} > {view.Destination}: "
                + Lower.PacketText.Of(packet.Octets.Span));
        }
    }

    private void Wait()
    {
        TimeSpan before = _iut.Now;
        TimeSpan lateness = LatenessAt(before);
        TimeSpan? until = null;
        bool timer = false;
        foreach (CaseRun run in _live)
        {
            TimeSpan due = run.NextDue(lateness, before);
            until = until is TimeSpan u && u < due ? u : due;
            timer |= run.HasTimer;
        }
        if (until is null && _doubted.Count == 0)
        {
            return;
        }
        if (_iut.IsVirtualTime)
        {
            // Without a timer of the case only the IUT's own can bring it on.
            if (!_iut.Wait(timer ? until : null))
            {
                foreach (CaseRun run in _live)
                {
                    run.End(Verdict.Error, "stalled: nothing will ever happen");
                }
                return;
            }
        }
        else
        {
            TimeSpan slice = before + CancelPoll;
            TimeSpan due = until is TimeSpan u && u < slice ? u : slice;
            _iut.Wait(due);
            TimeSpan overslept = _lateness.Waited(before, due, _iut.Now);
            if (overslept > Stall)
            {
                _live.ForEach(run => run.WasLate(overslept));
            }
        }
        AdvanceUnless(HasArrivals());
    }

    // What arrived goes first; timers that are due fire in the next turn. In real time that has
    // to be so whatever comes then: in a flood they would never fire.
    private void AdvanceUnless(bool arrived)
    {
        if (!arrived || _postponed)
        {
            Advance();
            arrived = false;
        }
        _postponed = arrived && !_iut.IsVirtualTime;
    }

    private bool HasArrivals()
    {
        bool any = false;
        while (_iut.TryTakePacket(out IutPacket packet))
        {
            HandOut(packet);
            any = true;
        }
        return any;
    }

    private void Advance()
    {
        TimeSpan now = _iut.Now;
        TimeSpan lateness = LatenessAt(now);
        _advanced = now;
        foreach (CaseRun run in _live)
        {
            if (run.NextDue(lateness, now) <= now)
            {
                run.Advance(lateness);
            }
        }
    }

    private TimeSpan LatenessAt(TimeSpan now) =>
        _iut.IsVirtualTime ? TimeSpan.Zero : _lateness.Recent(now);

    private void Finish(CaseRun run, Action<CaseOutcome> finished)
    {
        if (!_iut.IsVirtualTime)
        {
            // It may have ended for something that waited while others were served.
            run.WasLate(_lateness.Busy(_iut.Now));
        }
        CaseOutcome outcome = run.Outcome();
        try
        {
            Leave(run);
        }
        catch (IutLostException lost)
        {
            finished(Undone(outcome, lost) with { IsLost = true });
            throw;
        }
        bool again = !_iut.IsVirtualTime && outcome.Runs < RunsAtMost && IsDoubtful(outcome);
        if (again)
        {
            _again.Enqueue((run.Case, outcome.Runs));
            return;
        }
        if (_iut.IsVirtualTime || outcome.Verdict == Verdict.Pass)
        {
            finished(outcome);
            return;
        }
        _doubted.Enqueue((_iut.Now + Doubt, outcome));
    }

    private bool IsDoubtful(CaseOutcome outcome) => outcome.Verdict switch
    {
        Verdict.Fail or Verdict.Inconclusive => outcome.Lateness > Stall && !IsKnown(outcome),
        Verdict.Pass => ProvesAgain && outcome.IsIndulged && outcome.Runs < IndulgedAtMost,
        _ => false,
    };

    private void Believe(Action<CaseOutcome> finished, TimeSpan now)
    {
        while (_doubted.TryPeek(out var first) && first.Until <= now)
        {
            finished(_doubted.Dequeue().Outcome);
        }
    }

    private void Leave(CaseRun run)
    {
        if (!_iut.IsVirtualTime)
        {
            run.Context.Postamble();
        }
        for (int i = 0; i < CaseSeat.Addresses; i++)
        {
            Retire(run, run.Seat.Tester(false, i));
            Retire(run, run.Seat.Tester(true, i));
        }
        Retire(run, run.Seat.Multicast);
        foreach (int call in run.Context.PendingCalls)
        {
            _byCall.Remove(call);
        }
        run.Seat.Leave();
    }

    // What comes late for a case that is over is no stray.
    private void Retire(CaseRun run, IpAddress address)
    {
        if (_byAddress.GetValueOrDefault(address) == run)
        {
            _byAddress.Remove(address);
        }
        _retired.Add(address);
    }

    private void LeaveAll()
    {
        foreach (CaseRun run in _live)
        {
            run.Context.IsOver = true;
            Leave(run);
        }
        _live.Clear();
    }

    private void EndAll(IutLostException lost, Action<CaseOutcome> finished)
    {
        foreach (CaseRun run in _live)
        {
            run.End(Verdict.Inconclusive, lost.Message);
            run.RunReady();
            finished(Undone(run.Outcome(), lost) with { IsLost = true, Said = lost.Said });
        }
        _live.Clear();
        while (_doubted.TryDequeue(out var doubted))
        {
            finished(Undone(doubted.Outcome, lost) with { IsLost = true });
        }
    }

    private static CaseOutcome Undone(CaseOutcome outcome, IutLostException lost) =>
        outcome.Verdict != Verdict.Fail ? outcome : outcome with
        {
            Verdict = Verdict.Inconclusive,
            Requirement = null,
            Message = lost.Message,
            Violations = [],
        };
}
