using NUnit.Framework;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Stacks;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Cli;
using TcpConformance.LiveTests.Tap;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>A few cases of the suite against an external stack.</summary>
internal static class StackSlice
{
    /// <summary>Runs the cases; the test is skipped, by name, where the stack can't be had.
    /// </summary>
    /// <returns>What came of each, by its id.</returns>
    public static IReadOnlyDictionary<string, CaseResult> Run(string stack, params string[] cases)
    {
        Need(stack);
        using var folder = new TemporaryFolder();
        string[] selects = [.. cases.SelectMany(c => (string[])["--select", c])];
        using CliProcess run = CliProcess.Run(
            ["test", stack, .. selects, "--out", folder.Path]);
        RunResult? result = CliProcess.Read(folder.Path);
        Assert.That(result, Is.Not.Null, run.Error);
        return result!.Iuts[0].Cases.ToDictionary(c => c.Id);
    }

    /// <summary>Skips the test where the stack of a profile can't be had.</summary>
    public static void Need(string iut)
    {
        try
        {
            // Built here, so that the run's own limit of time is for the run.
            StackPrograms.Find(IutProfiles.Load(iut).Stack!)!.Locate(StackPrograms.Cache);
        }
        catch (StackUnavailableException e)
        {
            Assert.Ignore($"{iut}: {e.Message}");
        }
        using (LiveLink.Open())
        {
            // Skips where there are no namespaces either.
        }
    }
}
