using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>Compares what a session has come to on several IUTs.</summary>
public static class Comparison
{
    /// <summary>The steps to which the IUTs do not react alike, up to the one after which they
    /// can't be compared any more.</summary>
    /// <param name="session">The session, as it was drawn.</param>
    /// <param name="played">What it has come to on each IUT.</param>
    public static IReadOnlyList<Difference> Of(Session session, IReadOnlyList<Played> played)
    {
        List<Difference> found = [];
        if (played.Any(p => p.Unusable is not null))
        {
            return found;
        }
        IReadOnlyList<int> owners = SettledSession.OwnersOf(session);
        IReadOnlyList<StepReactions>[] all =
            [.. played.Select(p => ReactionReader.Read(p, owners))];
        int steps = all.Min(s => s.Count);
        for (int i = 0; i < steps; i++)
        {
            StepReactions[] row = [.. all.Select(s => s[i])];
            bool together = row.All(r => r.States == row[0].States);
            Difference? difference = Of(session, row);
            if (difference is not null)
            {
                bool goesOn = i + 1 < steps
                    && all.All(s => s[i + 1].States == all[0][i + 1].States);
                difference = difference with { IsHarmless = goesOn && IsHarmless(row) };
                found.Add(difference);
            }
            // What the oracle minds on one of them ends the comparison: all else may follow.
            if (difference is { IsHarmless: false } || !together)
            {
                break;
            }
        }
        return found;
    }

    private static Difference? Of(Session session, StepReactions[] row)
    {
        string[] odd = [.. row.Select(one => string.Join("; ", row
            .SelectMany(one.Beyond).Select(r => r.ToString()).Distinct().Order()))];
        return odd.All(o => o.Length == 0) ? null : new Difference(
            row[0].Step, StepKind.Of(session.Steps[row[0].Step]),
            string.Join(" / ", row.Select(r => r.States).Distinct()), row,
            [.. odd.Select(o => o.Length == 0 ? "-" : o)]);
    }

    // An ACK more or less, or the options of a SYN that the other end may refuse.
    private static bool IsHarmless(StepReactions[] row) => row
        .SelectMany(one => row.SelectMany(one.Beyond))
        .All(r => r.ChangesNothing || r.Kind == ReactionKind.Syn)
        && (!HasSyn(row[0]) || row.All(HasSyn));

    private static bool HasSyn(StepReactions one) =>
        one.Reactions.Any(r => r.Kind == ReactionKind.Syn);
}
