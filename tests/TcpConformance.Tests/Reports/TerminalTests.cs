using System.Text.RegularExpressions;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Tests.Reports;

public sealed class TerminalTests
{
    private const char Escape = '\u001b';

    [Test]
    public void RunReport_OnAPipe_IsPlainLinesInFull()
    {
        string text = Print(SampleRun.Small(), terminal: false);

        Assert.That(text, Does.Not.Contain(Escape));
        Assert.That(text, Does.Contain("rfc9293/MUST-12      must   fail  0/1"));
        Assert.That(text, Does.Contain("rfc9293/MUST-23      must   known 0/1"));
        Assert.That(text, Does.Contain($"FAIL  linux  {SampleRun.FailingCase}"));
        Assert.That(text, Does.Contain($"./tcpconf test linux --select {SampleRun.FailingCase}"));
        Assert.That(text, Does.Contain(
            "5 cases, 1 passed, 1 failed, 1 inconclusive, 1 error, 1 known deviation; "
            + "12.5 s, seed 7"));
    }

    [TestCase(80)]
    [TestCase(200)]
    public void RunReport_OnATerminal_KeepsToTheWidth(int width)
    {
        string printed = Print(SampleRun.Large(3, 40, 400), terminal: true, colour: true, width);
        string text = Regex.Replace(printed, "\u001b\\[[0-9;]*m", "");

        string[] lines = [.. text.Split('\n').Where(l => !l.Contains("./tcpconf test"))];
        Assert.That(lines.Select(l => l.Length), Is.All.LessThanOrEqualTo(width));
        Assert.That(text, Does.Contain("linux 1.1: does not conform"));
        Assert.That(text, Does.Contain("reference 0.1: conforms"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void RunReport_OnATerminal_HasColourOnlyIfWanted(bool colour)
    {
        string text = Print(SampleRun.Small(), terminal: true, colour, 100);

        // SGR 30 to 37 and 90 to 97 are colours.
        Assert.That(text, colour ? Does.Match("\u001b\\[[0-9;]*3[1-7]m|\u001b\\[[0-9;]*9[0-7]m")
            : Does.Not.Match("\u001b\\[[0-9;]*3[1-7]m|\u001b\\[[0-9;]*9[0-7]m"));
    }

    [Test]
    public async Task RunProgress_OnAPipe_SaysQuartersAndWhatDidNotPass()
    {
        var text = new StringWriter();
        ReportConsole console = ReportConsole.Create(text, isTerminal: false, colour: false);
        IutResult iut = SampleRun.Small().Iuts[0];

        int result = await RunProgress.RunAsync(console, [(iut.Name, 5)], progress =>
        {
            foreach (CaseResult one in iut.Cases)
            {
                progress.Done(iut.Name, one);
            }

            return Task.FromResult(17);
        });

        Assert.That(result, Is.EqualTo(17));
        Assert.That(text.ToString(), Does.Contain($"fail  linux  {SampleRun.FailingCase}\n"));
        Assert.That(text.ToString(), Does.EndWith("linux: 5 of 5 cases, 3 not passed\n"));
    }

    [Test]
    public void Explain_Requirement_HasTextSectionCasesAndVerdicts()
    {
        var text = new StringWriter();
        ReportConsole console = ReportConsole.Create(text, isTerminal: false, colour: false);

        ExplainReport.PrintRequirement(
            console,
            SampleRun.Catalogue.Find("rfc9293/MUST-12")!,
            null,
            [(SampleRun.FailingCase, "Ensure that it is told.")],
            SampleRun.Small().Iuts);

        Assert.That(text.ToString(), Does.StartWith("rfc9293/MUST-12  must  RFC 9293 §3.6\n"));
        Assert.That(text.ToString(), Does.Contain("1 case\n"));
        Assert.That(text.ToString(), Does.Contain($"  {SampleRun.FailingCase}  Ensure that it is"));
        Assert.That(text.ToString(), Does.Contain("linux: fail  0 of 1 cases passed"));
        Assert.That(text.ToString(), Does.Contain("./tcpconf test linux --select"));
    }

    [Test]
    public void Explain_Case_HasPurposeRequirementsAndResult()
    {
        var text = new StringWriter();
        ReportConsole console = ReportConsole.Create(text, isTerminal: false, colour: false);
        CaseResult known = SampleRun.Small().Iuts[0].Cases[^1];

        ExplainReport.PrintCase(
            console,
            known.Id,
            known.Purpose,
            [.. known.Requirements.Select(id => SampleRun.Catalogue.Find(id)!)],
            SampleRun.Small().Iuts);

        Assert.That(text.ToString(), Does.StartWith(known.Id + "\n  " + known.Purpose));
        Assert.That(text.ToString(), Does.Contain("rfc9293/MUST-23  must  R2 of a SYN"));
        Assert.That(text.ToString(), Does.Contain($"linux  {known.Id}  fail"));
        Assert.That(text.ToString(), Does.Contain("known deviation: tcp_syn_retries"));
    }

    private static string Print(
        RunResult run, bool terminal, bool colour = false, int? width = null)
    {
        var text = new StringWriter();
        ReportConsole console = ReportConsole.Create(text, terminal, colour, width);
        RunReport.Print(console, run, SampleRun.Catalogue);
        return text.ToString();
    }
}
