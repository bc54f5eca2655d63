using System.CommandLine;
using TcpConformance.Cli.Operators;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf operator-mutants</c>: the suite against mutants of the engine's
/// operators.</summary>
internal static class OperatorMutantsVerb
{
    private const long MostJobs = 256;

    private static readonly Option<long> Sample = NumberOption.Create(
        "--sample", 0, 1_000_000, "How many mutants, drawn by --seed; 0 takes all.");

    private static readonly Option<long> Seed = NumberOption.Create(
        "--seed", 1, long.MaxValue, "Chooses the sample.");

    private static readonly Option<long> Jobs = NumberOption.Create(
        "--jobs", 0, MostJobs, "Processes at once; 0 lets the program choose.");

    private static readonly Option<string?> Select = new("--select")
    {
        Description = "Only mutants that GLOB means, as in 'TcpConnection.TakeAck/*'.",
        HelpName = "GLOB",
    };

    internal static Command Command()
    {
        var command = new Command("operator-mutants", "Judges the suite by operator mutants.")
        {
            Sample, Seed, Jobs, Select,
        };
        command.Hidden = true;
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        long sample = parsed.GetValue(Sample);
        return Run(new OperatorRequest
        {
            Sample = sample == 0 ? null : (int)sample,
            Seed = parsed.GetValue(Seed),
            Jobs = (int)parsed.GetValue(Jobs),
            Select = parsed.GetValue(Select),
        });
    }

    /// <summary>Runs, prints, and makes an exit code of it.</summary>
    internal static int Run(OperatorRequest request)
    {
        using var interruption = new Interruption();
        OperatorResult result = OperatorRun.Run(request, interruption.Token);
        OperatorReport.Print(ReportConsole.Standard(), result);
        return interruption.HasCome ? ExitCode.Interrupted
            : result.Holds ? ExitCode.Conforms
            : ExitCode.Finding;
    }
}
