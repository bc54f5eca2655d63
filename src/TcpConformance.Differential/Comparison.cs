using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.States;

namespace TcpConformance.Differential;

/// <summary>Compares what a session has come to on several IUTs.</summary>
public static class Comparison
{
    private static readonly string[] StatesInOrder =
        [.. Enum.GetValues<TcpState>().Select(s => s.ToText())];

    /// <summary>The steps to which the IUTs do not react alike, up to the one after which they
    /// can't be compared any more, and the one of which an IUT dies.</summary>
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
        int compared = 0;
        for (int i = 0; i < steps; i++, compared++)
        {
            StepReactions[] row = [.. all.Select(s => s[i])];
            string states = Common(row);
            bool violates = row.Any(
                r => r.Reactions.Any(x => x.Kind == ReactionKind.Violation));
            // In real time the oracle may not know yet that a segment was processed; where
            // something was different before, the connections have come apart.
            if (states.Length == 0 && found.Count > 0 && !violates)
            {
                break;
            }
            Difference? difference = Of(
                session, row, states.Length > 0 ? states : Latest(row));
            if (difference is not null)
            {
                difference = difference with { IsHarmless = IsHarmless(row) };
                found.Add(difference);
            }
            // What the oracle minds on one of them ends the comparison: all else may follow.
            if (difference is { IsHarmless: false })
            {
                compared++;
                break;
            }
        }
        // Who is dead ends all sessions, whatever was different before.
        if (all.Where((s, i) => played[i].Death is not null && s.Count > compared).Any())
        {
            found.Add(DeathOf(session, played, all));
        }
        return found;
    }

    private static Difference DeathOf(
        Session session, IReadOnlyList<Played> played, IReadOnlyList<StepReactions>[] all)
    {
        StepReactions last = played.Select((p, i) => (p, i)).Where(x => x.p.Death is not null)
            .Select(x => all[x.i][^1]).MinBy(s => s.Step)!;
        // Whom the oracle has stopped watching did nothing that is known.
        StepReactions[] row = [.. all.Select(s => s.FirstOrDefault(r => r.Step == last.Step)
            ?? last with { Reactions = [] })];
        return new Difference(
            row[0].Step, StepKind.Of(session.Steps[row[0].Step]), Latest(row), row,
            [.. played.Select(p => p.Death is null ? "-" : "dies")]);
    }

    // The states in which all of them may be.
    private static string Common(StepReactions[] row) => string.Join(" or ", row
        .Select(r => (IEnumerable<string>)r.States.Split(" or "))
        .Aggregate((a, b) => a.Intersect(b)));

    private static string Latest(StepReactions[] row)
    {
        string latest = row.SelectMany(r => r.States.Split(" or "))
            .MaxBy(s => Array.IndexOf(StatesInOrder, s))!;
        return latest.Length > 0 ? latest : "no connection";
    }

    private static Difference? Of(Session session, StepReactions[] row, string states)
    {
        Reaction[][] beyond = [.. row.Select(one => row.SelectMany(one.Beyond).ToArray())];
        string[] odd = [.. beyond.Select((mine, i) => string.Join("; ", mine
            .Select(r => Text(r, beyond.Where((_, n) => n != i))).Distinct().Order()))];
        return odd.All(o => o.Length == 0) ? null : new Difference(
            row[0].Step, StepKind.Of(session.Steps[row[0].Step]),
            states, row,
            [.. odd.Select(o => o.Length == 0 ? "-" : o)]);
    }

    // Where the numbers lie counts only if the other one did the same with other numbers.
    private static string Text(Reaction reaction, IEnumerable<Reaction[]> others) => others
        .Any(o => o.Any(r => r.Kind == reaction.Kind && r.Detail == reaction.Detail))
            ? reaction.ToString()
            : reaction.Short;

    // An ACK or an option more or less.
    private static bool IsHarmless(StepReactions[] row) => row
        .SelectMany(one => row.SelectMany(one.Beyond))
        .All(r => r.ChangesNothing);
}
