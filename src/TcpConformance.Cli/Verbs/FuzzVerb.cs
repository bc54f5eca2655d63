using System.CommandLine;
using System.Globalization;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf fuzz</c>: what do octets from strangers do?</summary>
internal static class FuzzVerb
{
    private const string Program = "TcpConformance.Cli";
    private static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(60);

    private static readonly Option<TimeSpan?> Time = new("--time")
    {
        Description = "How long, such as 90s, 10m, 8h; 60s unless --runs is given.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            TimeSpan? time = ReadTime(result.Tokens[0].Value);
            if (time is null)
            {
                result.AddError(
                    $"--time {result.Tokens[0].Value} is no time such as 90s, 10m or 8h.");
            }
            return time;
        },
    };

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
        Description = "Directory for findings. out/fuzz/TARGET/findings if not given.",
        HelpName = "DIR",
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
            "Looks for inputs that harm a target, led by coverage. Exit code 0: none was found, "
            + "1: one was, 2: usage or a package is missing, 3: interrupted.")
        {
            target, Flags, Time, Runs, Corpus, Out,
        };
        FuzzEngines.AddTo(command);
        command.SetAction(parsed => Run(parsed, Find(parsed.GetValue(target)!)));
        command.Add(Replay());
        command.Add(FuzzExportVerb.Command(Program));
        return command;
    }

    private static Command Replay()
    {
        var target = new Argument<string>("TARGET") { Description = "The target." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Inputs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "replay", "Runs inputs again, without libFuzzer. Exit code 1: one is a finding.")
        {
            target, files,
        };
        command.SetAction(parsed => Replay(
            Find(parsed.GetValue(target)!), parsed.GetValue(files)!));
        return command;
    }

    internal static FuzzTarget Find(string name) =>
        FuzzTargets.All.FirstOrDefault(t => t.Name == name) ?? throw new UsageException(
            $"no fuzz target is called '{name}': see 'tcpconf list fuzz-targets'");

    private static int Run(ParseResult parsed, FuzzTarget target)
    {
        long? runs = parsed.GetValue(Runs) is > 0 and long n ? n : null;
        string home = Path.Combine("out", "fuzz", target.Name);
        var request = new FuzzRequest(target)
        {
            Program = Program,
            Runs = runs,
            Time = parsed.GetValue(Time) ?? (runs is null ? DefaultTime : null),
            Corpus = parsed.GetValue(Corpus) ?? Path.Combine(home, "corpus"),
            Findings = parsed.GetValue(Out) ?? Path.Combine(home, "findings"),
            Flags = parsed.GetValue(Flags) ?? [],
            Say = Console.Error.WriteLine,
        };
        using var interruption = new Interruption();
        FuzzResult result = FuzzEngines.Run(parsed, request, interruption.Token);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {result.Runs} runs, {result.RunsPerSecond} a second, "
            + $"{result.Corpus} inputs in {request.Corpus}, {result.Findings.Count} findings"));
        foreach (FuzzFinding finding in result.Findings)
        {
            Console.WriteLine($"  {finding.Message}");
            Console.WriteLine($"    {finding.Replay}");
        }
        return result.Findings.Count > 0 ? ExitCode.Finding
            : interruption.HasCome ? ExitCode.Interrupted
            : ExitCode.Conforms;
    }

    private static int Replay(FuzzTarget target, string[] files)
    {
        string? missing = files.FirstOrDefault(f => !File.Exists(f));
        if (missing is not null)
        {
            throw new UsageException($"there is no file {missing}");
        }
        int findings = 0;
        foreach (FuzzOutcome outcome in FuzzReplay.Run(Program, target, files))
        {
            Console.WriteLine($"{outcome.Input}: {outcome.Finding ?? "fine"}");
            findings += outcome.Finding is null ? 0 : 1;
        }
        return findings > 0 ? ExitCode.Finding : ExitCode.Conforms;
    }

    // A number and a unit.
    private static TimeSpan? ReadTime(string text)
    {
        if (text.Length < 2 || !int.TryParse(
            text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number == 0)
        {
            return null;
        }
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => null,
        };
    }
}
