using System.CommandLine;
using TcpConformance.Cli.Differing;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf diff</c>: where do stacks differ, and what does the RFC say of each?
/// </summary>
internal static class DiffVerb
{
    private const long DefaultSeed = 1;
    private static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(60);

    private static readonly Argument<string[]> Iuts = new("IUT")
    {
        Description = "Two or more to compare: names of 'tcpconf list iuts', mutant:NAME, or "
            + "profiles that end with .yaml.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<long> Count = NumberOption.Create(
        "--count", 0, int.MaxValue, "How many sessions; 0: as many as there is time for.");

    private static readonly Option<TimeSpan?> Time = TimeOption.Create(
        "--time", "How long sessions are played, such as 90s, 10m; 60s unless --count is given.");

    private static readonly Option<long> Seed = NumberOption.Create(
        "--seed", DefaultSeed, long.MaxValue,
        "Where all chance comes from; the same seed draws the same sessions.");

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for diff.json, diff.html, the least session of each difference, "
            + $"and a capture for each IUT. Without it only the sessions are kept, in "
            + $"{DiffFolder.Default}.",
        HelpName = "DIR",
    };

    internal static Command Command()
    {
        var command = new Command(
            "diff",
            "Gives IUTs the same sessions and shows where they differ. Exit code 0: no difference "
            + "that violates the RFC, or only as a profile says; 1: one does, 2: usage or "
            + "environment, 3: interrupted.")
        {
            Iuts, Count, Time, Seed, Out,
        };
        command.SetAction(Run);
        command.Add(Replay());
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int? count = parsed.GetValue(Count) is > 0 and long n ? (int)n : null;
        var folder = new DiffFolder(parsed.GetValue(Out));
        return new DiffRun(new DiffRequest(
            DiffIuts.Load(parsed.GetValue(Iuts) ?? []), parsed.GetValue(Seed), count,
            parsed.GetValue(Time) ?? (count is null ? DefaultTime : null), folder)).Run();
    }

    private static Command Replay()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A session that was kept.",
        };
        var iuts = new Argument<string[]>("IUT")
        {
            Description = "What to play it on; those that the file names if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "replay",
            "Plays a kept session again and shows what each IUT does. Exit code 1: one violates "
            + "the RFC, and its profile does not say so.")
        {
            file, iuts,
        };
        command.SetAction(parsed => DiffReplay.Run(
            parsed.GetValue(file)!, parsed.GetValue(iuts) ?? []));
        return command;
    }
}
