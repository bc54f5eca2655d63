using NUnit.Framework;
using TcpConformance.Harness.Cases;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Tests.Harness;

public sealed class SelectionTests
{
    [TestCase("walkthrough/*", "walkthrough/close/simultaneous", true)]
    [TestCase("walkthrough", "walkthrough/close", true)]
    [TestCase("walkthrough/", "walkthrough/close", true)]
    [TestCase("walk", "walkthrough/close", false)]
    [TestCase("rfc9293/3.10.7.4/**", "rfc9293/3.10.7.4/established/rst-right-edge", true)]
    [TestCase("rfc9293/3.10.7.4/*/rst-*", "rfc9293/3.10.7.4/established/rst-right-edge", true)]
    [TestCase("rfc9293/3.10.7.4/*/rst-*", "rfc9293/3.10.7.4/established/syn-in-window", false)]
    [TestCase("*rst*", "rfc9293/3.10.7.4/established/rst-right-edge", true)]
    [TestCase("rfc9293/3.?", "rfc9293/3.4", true)]
    [TestCase("rfc9293/3.?", "rfc9293/3.10", false)]
    [TestCase("*a*b", "xaxxb", true)]
    [TestCase("*a*b", "xaxxbc", false)]
    [TestCase("*", "", true)]
    public void Glob_Id_Matches(string glob, string id, bool expected) =>
        Assert.That(new CaseGlob(glob).Matches(id), Is.EqualTo(expected));

    private static TestCase Named(string id, RequirementLevel level = RequirementLevel.Must) =>
        new(id, "Ensure that …", _ => Task.CompletedTask) { Level = level };

    [Test]
    public void Catalogue_UnorderedCases_AreOrderedById()
    {
        var catalogue = new SuiteCatalogue([Named("b"), Named("a/2"), Named("a/10")]);
        Assert.That(
            catalogue.Cases.Select(c => c.Id), Is.EqualTo(new[] { "a/10", "a/2", "b" }));
    }

    [Test]
    public void Catalogue_TwoCasesOfOneId_AreRefused() =>
        Assert.That(
            () => new SuiteCatalogue([Named("a"), Named("a")]),
            Throws.ArgumentException.With.Message.Contains("a"));

    [Test]
    public void Select_GlobsAndLevels_BothRestrict()
    {
        var catalogue = new SuiteCatalogue(
            [Named("a/1"), Named("a/2", RequirementLevel.Should), Named("b/1")]);
        Assert.That(catalogue.Select([], []), Has.Count.EqualTo(3));
        Assert.That(
            catalogue.Select(["a/*"], [RequirementLevel.Must]).Select(c => c.Id),
            Is.EqualTo(new[] { "a/1" }));
        Assert.That(catalogue.WithoutCase(["a", "c*"]), Is.EqualTo(new[] { "c*" }));
    }
}
