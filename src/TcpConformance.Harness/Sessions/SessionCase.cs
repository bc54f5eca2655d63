using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>A session as a test case: in virtual and in real time, beside others, with all that a
/// case has.</summary>
public static class SessionCase
{
    private static readonly TimeSpan ReactionLimit = TimeSpan.FromMilliseconds(150);

    /// <summary>The case.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="session">The session.</param>
    /// <param name="tail">How long the IUT is watched after the last step; null:
    /// <see cref="SessionRun.Tail"/>.</param>
    public static TestCase Of(string id, Session session, TimeSpan? tail = null) => new(
        id, "Ensure that the IUT does nothing in this session that the RFCs forbid.",
        ctx => Play(ctx, session, tail ?? SessionRun.Tail))
    {
        Traits = CaseTraits.LongRunning
            | (session.Steps.Any(s => s is OpenStep { IsV6: true }) ? CaseTraits.Ipv6 : 0),
    };

    private static async Task Play(CaseContext ctx, Session session, TimeSpan tail)
    {
        var arrival = new Arrivals();
        SessionTester tester = TesterOf(ctx, arrival);
        ctx.PacketTap = packet =>
        {
            tester.Observe(packet);
            arrival.Raise();
        };
        try
        {
            foreach (SessionStep step in session.Steps)
            {
                ctx.Record(StateNote.Of(ctx.Now, step, ctx.Oracle, tester.Current));
                foreach (SessionPause pause in tester.Play(step))
                {
                    await Pass(ctx, tester, arrival, Real(ctx, pause));
                }
                await Pass(ctx, tester, arrival, new SessionPause(ctx.Now));
            }
            await Pass(ctx, tester, arrival, new SessionPause(ctx.Now + tail));
            ctx.Checks++; // the oracle had no complaint
        }
        finally
        {
            if (!ctx.IsVirtualTime)
            {
                ctx.IsOver = true;
                tester.Leave(); // the stack goes on with other cases
            }
        }
    }

    // What comes at once in virtual time takes a moment in real time.
    private static SessionPause Real(CaseContext ctx, SessionPause pause) =>
        pause.Reacts && !ctx.IsVirtualTime
            ? pause with { Until = ctx.Now + ReactionLimit, OrArrival = true }
            : pause;

    private static SessionTester TesterOf(CaseContext ctx, Arrivals arrival)
    {
        SessionTester? tester = null;
        tester = new SessionTester(ctx.Iut, ctx.Seat, new SessionRoom())
        {
            Clock = () => ctx.Now,
            Send = (packet, pair) => ctx.SendPacket(packet, pair),
            Call = make => _ = Await(make),
        };
        return tester;

        async Task Await(Func<int, UserCall> make)
        {
            UserCall? call = null;
            UserResult result = await ctx.Call(id => call = make(id));
            tester!.OnReply(call!, result);
            arrival.Raise();
        }
    }

    private static async Task Pass(
        CaseContext ctx, SessionTester tester, Arrivals arrival, SessionPause pause)
    {
        int before = arrival.Count;
        // What was caused by the step comes first, even where no time passes.
        await ctx.Delay(TimeSpan.Zero);
        while (true)
        {
            while (tester.Fire())
            {
                await ctx.Delay(TimeSpan.Zero);
            }
            if (ctx.Now >= pause.Until || (pause.OrArrival && arrival.Count > before))
            {
                return;
            }
            TimeSpan next = tester.NextDue is TimeSpan due && due < pause.Until
                ? due
                : pause.Until;
            await ctx.Scheduler.Wait(arrival.Signal, next);
        }
    }

    // Counted, so that what comes while the case does something else is not missed.
    private sealed class Arrivals
    {
        public CaseSignal Signal { get; } = new();

        public int Count { get; private set; }

        public void Raise()
        {
            Count++;
            Signal.Raise();
        }
    }
}
