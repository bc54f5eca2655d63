using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.Reports;

/// <summary>How one IUT did, requirement by requirement, with the number of cases.</summary>
internal sealed class RequirementTally
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Counts the cases of one IUT.</summary>
    /// <param name="iut">The IUT's result.</param>
    public RequirementTally(IutResult iut)
    {
        Iut = iut;
        var cases = new Dictionary<string, CaseResult>();
        foreach (CaseResult result in iut.Cases)
        {
            cases[result.Id] = result;
        }

        foreach (RequirementResult requirement in iut.Requirements)
        {
            CaseResult[] judged =
                [.. requirement.Cases.Where(cases.ContainsKey).Select(id => cases[id])];
            int passed = judged.Count(c => c.Verdict == Verdict.Pass);
            bool known = requirement.Verdict > Verdict.Pass
                && passed < judged.Length && judged.All(c => !c.IsOpen);
            _entries[requirement.Id] = new Entry(requirement.Verdict, passed, judged.Length, known);
        }
    }

    /// <summary>The IUT.</summary>
    public IutResult Iut { get; }

    /// <summary>Whether a case or a finding has judged the requirement.</summary>
    /// <param name="id">The requirement's id.</param>
    public bool IsJudged(string id) => Of(id).Verdict != Verdict.None;

    /// <summary>The entry for a requirement; one without a verdict if there is none.</summary>
    /// <param name="id">The requirement's id.</param>
    public Entry Of(string id) => _entries.GetValueOrDefault(id);

    /// <summary>One requirement on one IUT.</summary>
    /// <param name="Verdict">The worst verdict.</param>
    /// <param name="Passed">Cases that passed.</param>
    /// <param name="Cases">Cases that judged it.</param>
    /// <param name="IsKnown">Whether all that did not pass are known deviations.</param>
    internal readonly record struct Entry(Verdict Verdict, int Passed, int Cases, bool IsKnown);
}
