using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using TcpConformance.Cli.Operators;

namespace TcpConformance.Tests.OracleMutants;

/// <summary>Reads a place and a variant on each line of its input, runs the oracle's tests that
/// reach the place, and answers with a line.</summary>
internal static class OracleMutantWorker
{
    /// <summary>The hidden verb.</summary>
    internal const string Verb = "oracle-mutant-worker";

    /// <summary>Works until its input ends.</summary>
    internal static int Run()
    {
        using PosixSignalRegistration deaf = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, context => context.Cancel = true);
        var input = new LineInput();
        var tests = new OracleTests();
        Say(tests.Fault is string fault
            ? fault
            : string.Create(
                CultureInfo.InvariantCulture, $"{OperatorWorker.Ready}{tests.Count}"));
        foreach (string line in input.Lines())
        {
            int[] words = [.. line.Split(' ').Select(int.Parse)];
            Say(JsonSerializer.Serialize(
                tests.Try(words[0], words[1]), TrialJsonContext.Default.TrialOutcome));
        }
        return 0;
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
