using NUnit.Framework;
using TcpConformance.Spec.Requirements;
using TcpConformance.Spec.Rules;
using TcpConformance.Suite;

namespace TcpConformance.Tests.Suite;

/// <summary>Every MUST and SHOULD is judged by a case or a rule, or is excepted with a reason.
/// </summary>
public sealed class CoverageTests
{
    // The RFCs whose requirements are covered without gaps.
    private static readonly string[] Covered = ["rfc9293", "rfc5961", "rfc7323"];

    private static readonly HashSet<string> Judged =
    [
        .. FullSuite.All.Cases.SelectMany(c => c.Requirements),
        .. RuleTable.All.Select(r => r.Requirement),
    ];

    private static RequirementCatalogue Catalogue => RequirementCatalogue.Embedded;

    [TestCaseSource(nameof(Covered))]
    public void Rfc_MustAndShould_AreJudgedOrExcepted(string rfc)
    {
        Requirement[] binding =
            [.. Catalogue.All.Where(r => r.Rfc == rfc && r.Level != RequirementLevel.May)];
        string[] neither =
        [
            .. binding
                .Where(r => !Judged.Contains(r.Id) && Catalogue.FindException(r.Id) is null)
                .Select(r => $"{r.Id} ({r.Level}, §{r.Section}): {r.Text}"),
        ];

        Assert.That(binding, Is.Not.Empty);
        Assert.That(
            neither, Is.Empty, "neither judged nor excepted:\n" + string.Join('\n', neither));
    }

    [Test]
    public void Exceptions_AreNotJudged()
    {
        string[] judged =
            [.. Catalogue.Exceptions.Select(e => e.Id).Where(Judged.Contains)];

        Assert.That(Catalogue.Exceptions, Is.Not.Empty);
        Assert.That(
            judged, Is.Empty, "excepted, but judged: " + string.Join(", ", judged));
    }

    [Test]
    public void CasesAndRules_Requirements_Exist()
    {
        string[] unknown =
        [
            .. FullSuite.All.Cases
                .SelectMany(c => c.Requirements.Select(r => (By: c.Id, Id: r)))
                .Concat(RuleTable.All.Select(r => (By: r.Id.ToString(), Id: r.Requirement)))
                .Where(x => Catalogue.Find(x.Id) is null)
                .Select(x => $"{x.By}: {x.Id}"),
        ];

        Assert.That(unknown, Is.Empty, string.Join('\n', unknown));
    }

    [Test]
    public void Cases_All_NameWhatTheyJudge() =>
        Assert.That(
            FullSuite.All.Cases.Where(c => c.Requirements.Count == 0).Select(c => c.Id),
            Is.Empty);
}
