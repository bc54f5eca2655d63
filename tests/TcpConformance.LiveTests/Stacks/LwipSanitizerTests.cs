using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>lwIP with sanitizers under <c>tcpconf test</c>: a report costs one case.</summary>
[TestFixture]
internal sealed class LwipSanitizerTests
{
    private const string Overread = "rfc9293/3.1/illegal-length/length-missing";
    private const string Reset = "rfc5961/3.2/established/rst-inside";
    private const string Fin = "rfc9293/3.10.7.4/established/fin-ack-next/seq-exact";
    private const string SynFin = "rfc9293/3.10.7.1/closed/syn-fin/seq-exact";
    private const string Ack = "rfc9293/3.10.7.4/established/bare-ack-next/seq-exact";

    [Test]
    public void LengthBehindTheHeader_IsReadBehindThePacket()
    {
        _ = Library(LwipFlavour.Sanitized);
        CaseResult overread = Run([], Overread)[Overread];

        Assert.That(overread.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(overread.Message, Does.Contain("heap-buffer-overflow"));
        Assert.That(overread.KnownDeviation, Is.Not.Null);
    }

    [Test]
    public void PlantedFaults_EachIsItsCasesVerdict_AndTheRunGoesOn()
    {
        string library = Library(LwipFlavour.PlantedReports);
        Dictionary<string, CaseResult> cases = Run(
            ["env", $"{LwipLibrary.Variable}={library}"], Reset, Fin, SynFin, Ack, "walkthrough");

        foreach ((string id, string words) in ((string, string)[])[
            (Reset, "AddressSanitizer: heap-buffer-overflow"),
            (Fin, "UndefinedBehaviorSanitizer: add_overflow (abi.c:"),
            (SynFin, "segmentation fault (+0x")])
        {
            Assert.That(cases[id].Verdict, Is.EqualTo(Verdict.Fail), id);
            Assert.That(cases[id].Message, Does.StartWith(words), id);
            Assert.That(cases[id].KnownDeviation, Is.Null, id);
        }
        Assert.That(
            cases.Values.Count(c => c.Message?.StartsWith(
                "UndefinedBehaviorSanitizer: add_overflow", StringComparison.Ordinal) == true),
            Is.GreaterThan(1), "each case that meets the same fault says so");
        Assert.That(cases[Ack].Message ?? "", Does.Not.Contain("Sanitizer"));
    }

    private static string Library(LwipFlavour flavour)
    {
        try
        {
            return LwipBuild.Locate(flavour).Library;
        }
        catch (StackUnavailableException e)
        {
            Assert.Ignore(e.Message);
            return "";
        }
    }

    private static Dictionary<string, CaseResult> Run(string[] before, params string[] globs)
    {
        using var folder = new TemporaryFolder();
        string[] selects = [.. globs.SelectMany(c => (string[])["--select", c])];
        using CliProcess run = CliProcess.StartBehind(
            before, ["test", "lwip-asan", .. selects, "--out", folder.Path]).Ended();
        RunResult? result = CliProcess.Read(folder.Path);
        Assert.That(result, Is.Not.Null, run.Error);
        return result!.Iuts[0].Cases.ToDictionary(c => c.Id);
    }
}
