using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>Plainer steps in place of one step; each of them is less than it, so that trying
/// comes to an end.</summary>
public static class StepSimplifier
{
    /// <summary>The plainer steps, the plainest first.</summary>
    public static IEnumerable<SessionStep> Of(SessionStep step) => step switch
    {
        OpenStep o => Of(o),
        SegmentStep s => Of(s),
        FlowStep f => Of(f),
        CallStep c => Less(c.Count).Select(n => c with { Count = n }),
        WaitStep w => Of(w),
        AgainStep a => Less(a.Back).Select(n => new AgainStep(n)),
        IcmpStep i => Less(i.SeqOffset).Select(n => i with { SeqOffset = n }),
        _ => [],
    };

    private static IEnumerable<SessionStep> Of(OpenStep o) => Changed(
        o,
        o with { Shift = null }, o with { Timestamps = false }, o with { Sack = false },
        o with { IsV6 = false }, o with { Rtt = 0 }, o with { Window = 65535 },
        o with { Reads = true }, o with { Mss = 1460 },
        o with { Stage = OpenStage.Complete }, o with { Role = OpenRole.Passive },
        o.Place == OpenPlace.SamePair ? o : o with { Iss = 1000 });

    private static IEnumerable<SessionStep> Of(SegmentStep s)
    {
        if (!s.Options.SequenceEqual(SegmentStep.AutoOptions))
        {
            yield return s with { Options = SegmentStep.AutoOptions };
            for (int i = 0; i < s.Options.Count && s.Options.Count > 1; i++)
            {
                yield return s with
                {
                    Options = [.. s.Options.Take(i), .. s.Options.Skip(i + 1)],
                };
            }
        }
        foreach (int n in Less(s.Length))
        {
            yield return s with { Length = n };
        }
        foreach (int n in Less(s.SeqOffset))
        {
            yield return s with { SeqOffset = n };
        }
        foreach (int n in Less(s.AckOffset))
        {
            yield return s with { AckOffset = n };
        }
        foreach (SessionStep simpler in Changed(
            s,
            s with { Window = null }, s with { Urgent = 0 }, s with { Fault = SegmentFault.None },
            s with { Flags = s.Flags & ~TcpFlags.Psh }, s with { Flags = s.Flags & ~TcpFlags.Urg },
            s with { Lost = false },
            s.Seq != SeqEdge.Next ? s with { Seq = SeqEdge.Next, SeqOffset = 0 } : s,
            s.Ack != AckEdge.All ? s with { Ack = AckEdge.All, AckOffset = 0 } : s))
        {
            yield return simpler;
        }
    }

    private static IEnumerable<SessionStep> Of(FlowStep f)
    {
        foreach (SessionStep simpler in Changed(
            f,
            f with { LoseFromIut = 0 }, f with { LoseToIut = 0 }, f with { Rtt = 0 },
            f with { AckEvery = Math.Min(1, f.AckEvery) },
            f with { LoseFromIut = f.LoseFromIut & (f.LoseFromIut - 1) },
            f with { LoseToIut = f.LoseToIut & (f.LoseToIut - 1) }))
        {
            yield return simpler;
        }
        foreach (int n in Less(f.Give))
        {
            yield return f with { Give = n };
        }
        foreach (int n in Less(f.Milliseconds))
        {
            yield return f with { Milliseconds = n };
        }
    }

    private static IEnumerable<SessionStep> Of(WaitStep w)
    {
        if (w.For == WaitFor.Next)
        {
            yield return w with { For = WaitFor.Time };
        }
        foreach (int n in Less(w.Milliseconds))
        {
            yield return w with { Milliseconds = n };
        }
    }

    private static IEnumerable<SessionStep> Changed(
        SessionStep step, params SessionStep[] others) => others.Where(o => o != step);

    // Nearer to zero: zero, one, a round number, half.
    private static IEnumerable<int> Less(int n)
    {
        int sign = n < 0 ? -1 : 1;
        long size = Math.Abs((long)n);
        long round = 1;
        while (round * 10 < size)
        {
            round *= 10;
        }
        return new[] { 0, 1, round, size / 2, size - 1 }
            .Where((m, i) => m >= 0 && m < size && (i < 4 || size <= 10))
            .Distinct().Select(m => (int)(sign * m));
    }
}
