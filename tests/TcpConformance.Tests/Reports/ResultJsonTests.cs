using System.Text.Json;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Reports;

namespace TcpConformance.Tests.Reports;

public sealed class ResultJsonTests
{
    [Test]
    public void Write_Result_FitsTheSchema()
    {
        using JsonDocument json = JsonDocument.Parse(ResultJson.Write(SampleRun.Small()));

        Assert.That(Schema().Check(json.RootElement), Is.Empty);
    }

    [TestCase("\"pass\"", "\"Pass\"")]
    [TestCase("\"seed\": 7", "\"seed\": \"7\"")]
    [TestCase("\"purpose\"", "\"porpoise\"")]
    [TestCase("tcpconf-result/1", "tcpconf-result/2")]
    [TestCase("\"rfc9293/MUST-12\"", "\"MUST-12\"")]
    public void Write_ResultSpoiled_DoesNotFitTheSchema(string good, string bad)
    {
        string spoiled = ResultJson.Write(SampleRun.Small())
            .Replace(good, bad, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(spoiled);

        Assert.That(Schema().Check(json.RootElement), Is.Not.Empty);
    }

    [Test]
    public void Read_WhatWasWritten_IsTheSame()
    {
        string json = ResultJson.Write(SampleRun.Large(2, 20, 40));

        RunResult? read = ResultJson.Read(json, out string? why);

        Assert.That(why, Is.Null);
        Assert.That(ResultJson.Write(read!), Is.EqualTo(json));
        Assert.That(read!.Iuts[1].Cases, Has.Count.EqualTo(40));
    }

    [Test]
    public void Read_FileThatIsOlderThanSomeKeys_HasNothingThere()
    {
        string old = ResultJson.Write(SampleRun.Small())
            .Replace("\"restarts\"", "\"x\"", StringComparison.Ordinal)
            .Replace("\"unsteady\"", "\"y\"", StringComparison.Ordinal);

        RunResult read = ResultJson.Read(old, out _)!;

        Assert.That(read.Iuts[0].Restarts, Is.Empty);
        Assert.That(read.Iuts[0].Unsteady, Is.Empty);
    }

    [TestCase("{", "Expected")]
    [TestCase("{\"schema\":\"other\"}", "the schema is 'other'")]
    public void Read_SomethingElse_SaysWhy(string json, string reason)
    {
        Assert.That(ResultJson.Read(json, out string? why), Is.Null);
        Assert.That(why, Does.Contain(reason).And.Not.Contain("\n"));
    }

    [Test]
    public void Judge_CasesAndFindings_WorstVerdictWins()
    {
        IReadOnlyList<RequirementResult> judged = SampleRun.Small().Iuts[0].Requirements;
        RequirementResult Of(string id) => judged.Single(r => r.Id == id);

        Assert.That(Of("rfc9293/3.5/1").Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(Of("rfc9293/MUST-12").Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Of("rfc5961/3.2/3").Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Of("rfc5961/3.2/3").Cases, Is.EqualTo(new[] { SampleRun.FailingCase }));
        Assert.That(Of("rfc9293/MUST-31").Verdict, Is.EqualTo(Verdict.Error));
        Assert.That(Of("rfc9293/MUST-1").Verdict, Is.EqualTo(Verdict.None));
        Assert.That(Of("rfc9293/SHLD-6").Exception, Is.Not.Null);
    }

    [Test]
    public void Worst_OfVerdicts_IsTheHeaviest()
    {
        Verdict[] some = [Verdict.Pass, Verdict.Fail, Verdict.Inconclusive];

        Assert.That(some.Worst(), Is.EqualTo(Verdict.Fail));
        Assert.That(Array.Empty<Verdict>().Worst(), Is.EqualTo(Verdict.None));
        Assert.That(Verdict.Error.Worst(Verdict.Pass), Is.EqualTo(Verdict.Error));
    }

    private static SchemaCheck Schema()
    {
        using JsonDocument schema = JsonDocument.Parse(SpecFile("result.schema.json"));
        return new SchemaCheck(schema.RootElement.Clone());
    }

    private static string SpecFile(string name) =>
        TcpConformance.Spec.Requirements.EmbeddedSpecs.Read(name)
        ?? throw new InvalidOperationException($"no {name}");
}
