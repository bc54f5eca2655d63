namespace TcpConformance.Differential;

/// <summary>The differences in one session.</summary>
public static class Clusters
{
    /// <summary>The differences; where there is none, one with an empty core that tells what the
    /// IUTs did at the last step.</summary>
    /// <param name="stimulus">The session.</param>
    /// <param name="iuts">The IUTs.</param>
    /// <param name="played">What it has come to on each.</param>
    public static Cluster[] Of(
        Stimulus stimulus, IReadOnlyList<DiffIut> iuts, IReadOnlyList<Played> played)
    {
        Judgment[] judgments =
            [.. iuts.Select((iut, i) => Judgment.Of(iut, stimulus.Session, played[i]))];
        Cluster[] found = [.. Comparison.Of(stimulus.Session, played)
            .Select(d => Of(d.Core, d))];
        return found.Length > 0 ? found : [Of("", LastStep(stimulus, played))];

        Cluster Of(string core, Difference difference) => new(core)
        {
            Stimulus = stimulus,
            Difference = difference,
            Played = played,
            Judgments = judgments,
        };
    }

    private static Difference LastStep(Stimulus stimulus, IReadOnlyList<Played> played)
    {
        IReadOnlyList<int> owners = SettledSession.OwnersOf(stimulus.Session);
        StepReactions[] last = [.. played.Select(p => ReactionReader.Read(p, owners))
            .Select(s => s.Count > 0 ? s[^1] : new StepReactions(0, "", []))];
        return new Difference(
            last[0].Step, StepKind.Of(stimulus.Session.Steps[last[0].Step]), last[0].States, last,
            []);
    }
}
