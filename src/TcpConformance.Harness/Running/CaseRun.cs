using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Harness.Running;

/// <summary>One run of one case: its context, its body, its end.</summary>
internal sealed class CaseRun
{
    // More than any case needs; a body that turns in circles ends here.
    private const long StepLimit = 5_000_000;
    // Turns of the loop at one moment of time without anything coming.
    private const int StandstillLimit = 100_000;

    // Deadlines have more room than that on any machine.
    private static readonly TimeSpan Negligible = TimeSpan.FromMilliseconds(10);

    private readonly IIut _iut;
    private readonly TimeSpan _limit;
    private Task? _body;
    private bool _isEnded;
    private TimeSpan _lastAdvance = TimeSpan.MinValue;
    private int _standstill;

    // Asked for again and again; changes only with what happens in the case.
    private (TimeSpan Timer, TimeSpan Deadline)? _dues;

    public CaseRun(
        TestCase testCase, IIut iut, CaseSeat seat, ulong seed, Func<int> nextCallId)
    {
        Case = testCase;
        Seat = seat;
        _iut = iut;
        _limit = testCase.TimeLimit
            ?? (iut.IsVirtualTime ? TimeSpan.FromHours(3) : TimeSpan.FromMinutes(4));
        Context = new CaseContext(testCase, iut, seat, seed) { NextCallId = nextCallId };
        Context.Scheduler.Post(_ => _body = Body(), null);
    }

    // A body that is no async method may throw at once.
    private async Task Body() => await Case.Body(Context);

    public TestCase Case { get; }

    public CaseSeat Seat { get; }

    public CaseContext Context { get; }

    /// <summary>Whether the oracle watches.</summary>
    public bool HasOracle
    {
        init => Context.HasOracle = value;
    }

    /// <summary>How often the case has been run before this.</summary>
    public int Before { get; init; }

    /// <summary>The longest time by which the loop was late while the case ran.</summary>
    public TimeSpan Lateness { get; private set; }

    /// <summary>Whether something was taken that came too late but for that lateness: it may have
    /// been sent for another reason than what was owed.</summary>
    public bool IsIndulged { get; private set; }

    public bool IsFinished => (_body is { IsCompleted: true } && !IsOpen)
        || (_isEnded && !Context.Scheduler.HasReady);

    // The body has come to its end, but the IUT is late with something that it still owes; nothing
    // more is judged where the body itself has said that it is over.
    private bool IsOpen => !_iut.IsVirtualTime && _body!.IsCompletedSuccessfully
        && !Context.IsOver && Context.Oracle.NextDeadline <= Context.Now && Context.Now < _limit;

    /// <summary>When something is to be done for the case although nothing comes.</summary>
    /// <param name="lateness">By how much the loop is late.</param>
    /// <param name="now">The time.</param>
    public TimeSpan NextDue(TimeSpan lateness, TimeSpan now)
    {
        (TimeSpan timer, TimeSpan deadline) = _dues ??= FindDues();
        timer += Context.Start + lateness;
        deadline += Context.Start + lateness;
        if (deadline <= now)
        {
            // Only now it matters whether the IUT is late as well.
            deadline += LatenessOfAll(lateness) - lateness;
        }
        return timer < deadline ? timer : deadline;
    }

    private TimeSpan LatenessOfAll(TimeSpan loop)
    {
        TimeSpan lag = _iut.IsVirtualTime
            ? TimeSpan.Zero
            : _iut.Lag(Context.Written, Context.Called);
        return lag > loop ? lag : loop;
    }

    private (TimeSpan Timer, TimeSpan Deadline) FindDues() =>
        (Sooner(Context.Scheduler.NextDue), Sooner(Context.Oracle.NextDeadline));

    private TimeSpan Sooner(TimeSpan? due) => due is TimeSpan d && d < _limit ? d : _limit;

    /// <summary>Whether the case waits for a time, not only for its limit.</summary>
    public bool HasTimer => Context.Scheduler.NextDue is not null
        || Context.Oracle.NextDeadline is not null;

    /// <summary>Runs what is ready.</summary>
    public bool RunReady()
    {
        bool ran = Context.Scheduler.RunReady();
        _dues = ran ? null : _dues;
        if (Context.Scheduler.Steps > StepLimit)
        {
            End(Verdict.Error, "the case turns in circles");
        }
        if (Context.Scheduler.LeftThread)
        {
            End(Verdict.Error, "the case awaits something that its context did not give");
        }
        return ran;
    }

    /// <summary>A packet has come.</summary>
    public void OnPacket(IutPacket packet)
    {
        // What came for certain after a deadline was waited for only as somebody was late.
        TimeSpan sure = packet.NotBefore - Context.Start - Negligible;
        IsIndulged |= !_iut.IsVirtualTime && Context.Oracle.NextDeadline < sure;
        Guard(() => Context.OnPacket(packet));
    }

    /// <summary>A user call has returned.</summary>
    public void OnReply(IutReply reply) => Guard(() => WasLate(Context.OnReply(reply)));

    /// <summary>The loop was late while the case ran.</summary>
    public void WasLate(TimeSpan lateness) =>
        Lateness = lateness > Lateness ? lateness : Lateness;

    // A bug of the oracle's ends the case that showed it, and not the others.
    private void Guard(Action action)
    {
        _dues = null;
        try
        {
            action();
        }
        catch (Exception e) when (e is not IutLostException)
        {
            End(Verdict.Error, SessionRun.Text(e));
        }
    }

    /// <summary>Lets the oracle judge, and then fires what is due: an answer that is owed when
    /// a wait ends is missing before the case goes on, unless the IUT is late.</summary>
    /// <param name="lateness">By how much the loop is late.</param>
    public void Advance(TimeSpan lateness)
    {
        TimeSpan ofAll = LatenessOfAll(lateness);
        WasLate(ofAll);
        _standstill = Context.Now == _lastAdvance ? _standstill + 1 : 0;
        _lastAdvance = Context.Now;
        if (_standstill > StandstillLimit)
        {
            End(Verdict.Error, "time stands still: a deadline is due again and again");
        }
        Guard(() => Context.Advance(ofAll));
        Context.Scheduler.FireDue(lateness);
        _dues = null;
        if (Context.Now >= _limit)
        {
            End(Verdict.Inconclusive, $"not finished after {_limit}");
        }
    }

    /// <summary>Ends the body with a verdict at the point where it waits.</summary>
    public void End(Verdict verdict, string message)
    {
        _isEnded = true;
        _dues = null;
        Context.Scheduler.End(new CaseEndedException(verdict, null, message));
    }

    /// <summary>The outcome, once the body has finished.</summary>
    public CaseOutcome Outcome()
    {
        Context.IsOver = true;
        var outcome = BodyOutcome() with
        {
            Violations = Context.Oracle.Violations.ToArray(),
            Trace = Context.Trace,
            Elapsed = Context.Now,
            Lateness = Lateness,
            IsIndulged = IsIndulged,
            Runs = Before + 1,
        };
        if (outcome.Violations.Count > 0 && outcome.Verdict < Verdict.Fail)
        {
            outcome = outcome with
            {
                Verdict = Verdict.Fail,
                Requirement = outcome.Violations[0].Requirement,
                Message = outcome.Violations[0].Message,
            };
        }
        return Before == 0 ? outcome : outcome with
        {
            Message = $"{outcome.Message} (run {Before + 1}, as the machine stalled before)"
                .TrimStart(),
        };
    }

    private CaseOutcome BodyOutcome()
    {
        Exception? why = _body?.Exception?.InnerException;
        if (_body is null or { IsCompleted: false })
        {
            return new CaseOutcome(Case, Verdict.Error)
            {
                Message = "the case awaits something that its context did not give",
            };
        }
        return why switch
        {
            null when Context.Checks == 0 =>
                new CaseOutcome(Case, Verdict.Error) { Message = "the case checked nothing" },
            null => new CaseOutcome(Case, Verdict.Pass),
            CaseEndedException end => new CaseOutcome(Case, end.Verdict)
            {
                Requirement = end.Requirement,
                Message = end.Message,
            },
            IutLostException lost => new CaseOutcome(Case, Verdict.Inconclusive)
            {
                // In real time the loop sees it, too, and for all that were in flight.
                IsLost = _iut.IsVirtualTime,
                Message = lost.Message,
                Said = lost.Said,
            },
            _ => new CaseOutcome(Case, Verdict.Error)
            {
                Message = SessionRun.Text(why),
            },
        };
    }
}
