using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using TcpConformance.Harness.Iuts;
using TcpConformance.Suite;

namespace TcpConformance.Cli.Operators;

/// <summary>The hidden verb <c>operator-worker</c>: reads a place and a variant on each line of
/// its input, tries that mutant, and answers with a line.</summary>
internal static class OperatorWorker
{
    /// <summary>What it says first, once the suite has passed on the woven engine; how many cases
    /// there were, and <see cref="MutantTrials.Fingerprint"/>, follow.</summary>
    internal const string Ready = "ready ";

    private const string Iut = "reference";

    /// <summary>Works until its input ends.</summary>
    internal static int Run()
    {
        // A terminal sends Ctrl-C to all: the owner decides when its workers end.
        using PosixSignalRegistration deaf = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, context => context.Cancel = true);
        var input = new LineInput();
        var trials = new MutantTrials(IutProfiles.Load(Iut), FullSuite.All.Cases, 1);
        Say(trials.Fault is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Ready}{trials.CaseCount} {trials.Fingerprint:x16}")
            : trials.Fault.ReplaceLineEndings(" "));
        foreach (string line in input.Lines())
        {
            string[] words = line.Split(' ');
            TrialOutcome outcome = trials.Try(
                int.Parse(words[0], CultureInfo.InvariantCulture),
                int.Parse(words[1], CultureInfo.InvariantCulture));
            Say(JsonSerializer.Serialize(outcome, TrialJsonContext.Default.TrialOutcome));
        }
        return ExitCode.Conforms;
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
