using System.CommandLine;
using System.Globalization;
using TcpConformance.Cli.Fuzzing;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf fuzz</c>: what do octets from strangers do?</summary>
internal static class FuzzVerb
{
    private static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(60);

    private static readonly Option<TimeSpan?> Time = TimeOption.Create(
        "--time", "How long, such as 90s, 10m, 8h, 7d; 60s unless --runs is given.");

    private static readonly Option<long> Runs = NumberOption.Create(
        "--runs", 0, long.MaxValue, "How many inputs; 0: as many as there is time for.");

    private static readonly Option<string?> Corpus = new("--corpus")
    {
        Description = "Directory for inputs that reach something new; a campaign that is started "
            + "again begins there. out/fuzz/TARGET/corpus if not given.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for findings, a folder for each; those that are there are known, "
            + "and only counted. out/fuzz/TARGET/findings if not given.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Stop = new("--stop-on-finding")
    {
        Description = "End with the first new finding.",
    };

    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show what libFuzzer says, on standard error.",
    };

    private static readonly Argument<string[]> Flags = new("FLAGS")
    {
        Description = "Behind '--': flags of libFuzzer, such as -use_value_profile=1, or of "
            + "afl-fuzz.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    internal static Command Command()
    {
        var target = new Argument<string>("TARGET")
        {
            Description = "See 'tcpconf list fuzz-targets'.",
        };
        var command = new Command(
            "fuzz",
            "Looks for inputs that harm a target, led by coverage. Exit code 0: none was found "
            + "that is not known, 1: one was, 2: usage or a package is missing, 3: interrupted.")
        {
            target, Flags, Time, Runs, Corpus, Out, Stop, Verbose,
        };
        FuzzEngines.AddTo(command);
        command.SetAction(parsed => Run(parsed, FuzzInputs.Find(parsed.GetValue(target)!)));
        command.Add(ReplayVerb.Command());
        command.Add(MinimizeVerb.Command());
        command.Add(MergeVerb.Command());
        command.Add(CoverageVerb.Command());
        command.Add(FuzzExportVerb.Command(FuzzCli.Program));
        return command;
    }

    private static int Run(ParseResult parsed, FuzzTarget target)
    {
        string[] flags = parsed.GetValue(Flags) ?? [];
        if (flags.FirstOrDefault(f => f.StartsWith("-minimize_crash", StringComparison.Ordinal))
            is string flag)
        {
            throw new UsageException($"instead of {flag} use 'tcpconf fuzz minimize'");
        }
        long? runs = parsed.GetValue(Runs) is > 0 and long n ? n : null;
        string home = FuzzCli.Home(target);
        bool verbose = parsed.GetValue(Verbose);
        var request = new FuzzRequest(target)
        {
            Program = FuzzCli.Program,
            Runs = runs,
            Time = parsed.GetValue(Time) ?? (runs is null ? DefaultTime : null),
            Corpus = Directory(parsed, Corpus) ?? Path.Combine(home, "corpus"),
            Findings = Directory(parsed, Out) ?? Path.Combine(home, "findings"),
            StopsOnFinding = parsed.GetValue(Stop),
            Flags = flags,
            Say = verbose ? Console.Error.WriteLine : _ => { },
        };
        using var interruption = new Interruption();
        FuzzResult result = FuzzDisplay.Run(
            // Two writers of one terminal would tear each other's lines.
            ReportConsole.Standard(), !verbose || Console.IsErrorRedirected, target.Name,
            display => Run(parsed, request, display, interruption.Token));
        Print(request, result);
        return result.Findings.Any(f => f.IsNew) ? ExitCode.Finding
            : interruption.HasCome ? ExitCode.Interrupted
            : ExitCode.Conforms;
    }

    private static string? Directory(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is string path ? OutOption.Made(path, option.Name) : null;

    private static FuzzResult Run(
        ParseResult parsed, FuzzRequest request, FuzzDisplay display, CancellationToken cancel) =>
        FuzzEngines.Run(parsed, request with
        {
            Found = finding =>
            {
                FindingPages.Make(
                    request.Program, request.Target, finding.Path,
                    Path.GetDirectoryName(finding.Path)!);
                display.Found(finding.Name, finding.Message);
            },
            Progress = so => display.Show(new FuzzStatus(so.Elapsed, so.Remaining)
            {
                Runs = so.Runs,
                RunsPerSecond = so.RunsPerSecond,
                Corpus = so.Corpus,
                Coverage = so.Coverage,
                Blocks = so.Counters,
                Findings = so.Findings,
                Hits = so.Hits,
                Restarts = so.Restarts,
            }),
        }, cancel);

    private static void Print(FuzzRequest request, FuzzResult result)
    {
        int fresh = result.Findings.Count(f => f.IsNew);
        int known = result.Findings.Count - fresh;
        string again = known > 0 ? $", {known} known ones again" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Target.Name}: {result.Runs} runs, {result.RunsPerSecond} a second, "
            + $"{result.Corpus} inputs in {request.Corpus}, {fresh} findings{again}"));
        foreach (FuzzFinding finding in result.Findings.OrderByDescending(f => f.IsNew))
        {
            string times = finding.Times == 1 ? "once" : $"{finding.Times} times";
            string isKnown = finding.IsNew ? "" : "known, ";
            Console.WriteLine($"  {finding.Name} ({isKnown}{times})");
            Console.WriteLine($"    {finding.Message}");
            Console.WriteLine($"    {finding.Replay}");
        }
    }
}
