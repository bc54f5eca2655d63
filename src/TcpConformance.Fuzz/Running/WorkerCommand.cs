using System.Diagnostics;
using System.Globalization;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>How a worker is started: the woven program with what it and libFuzzer have to know.
/// </summary>
/// <param name="Request">What the campaign shall do.</param>
/// <param name="Folder">The copy of the program.</param>
/// <param name="Counters">Counters of the woven code.</param>
internal sealed record WorkerCommand(FuzzRequest Request, string Folder, int Counters)
{
    /// <summary>The files in which inputs lie while they run.</summary>
    internal string Inputs => Path.Combine(Folder, "inputs");

    internal string Seeds => Path.Combine(Folder, "seeds");

    internal string Dictionary => Path.Combine(Folder, "words.dict");

    internal string Known => Path.Combine(Folder, "known");

    internal required string Library { get; init; }

    internal required string Incoming { get; init; }

    internal FuzzSurroundings? Surroundings { get; init; }

    /// <summary>The command.</summary>
    /// <param name="runs">Inputs that are left; null: no limit.</param>
    /// <param name="time">Time that is left; null: no limit.</param>
    internal ProcessStartInfo Start(long? runs, TimeSpan? time)
    {
        string program = Path.Combine(Folder, Request.Program);
        var start = new ProcessStartInfo(program, Arguments(runs, time))
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        DotnetHome.SetForWoven(start);
        start.Environment[CoverageLibrary.Variable] = Library;
        Surroundings?.Apply(start, Library);
        return start;
    }

    /// <summary>The value of a flag of libFuzzer that the user gave; null: he did not.</summary>
    internal long? Flag(string name) =>
        Request.Flags.LastOrDefault(f => f.StartsWith(name, StringComparison.Ordinal)) is string f
        && long.TryParse(
            f[name.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;

    private List<string> Arguments(long? runs, TimeSpan? time)
    {
        List<string> arguments =
        [
            FuzzWorker.TargetOption + Request.Target.Name,
            Text(FuzzWorker.CountersOption, Counters),
            FuzzWorker.FolderOption + Inputs,
            FuzzWorker.IncomingOption + Incoming,
            FuzzWorker.KnownOption + Known,
            // .NET makes exceptions of these signals.
            "-handle_segv=0", "-handle_bus=0", "-handle_fpe=0", "-handle_ill=0", "-handle_abrt=0",
            "-print_final_stats=1", "-detect_leaks=0", "-timeout=10",
            Text("-max_len=", Request.Target.LongestInput),
            "-artifact_prefix=" + Incoming + "/",
        ];
        if (Request.StopsOnFinding)
        {
            arguments.Insert(1, FuzzWorker.StopOption);
        }
        if (Request.Target.Dictionary.Count > 0)
        {
            arguments.Add("-dict=" + Dictionary);
        }
        arguments.AddRange(Request.Target.LibFuzzerFlags);
        if (runs is long n)
        {
            arguments.Add(Text("-runs=", n));
        }
        if (time is TimeSpan t)
        {
            arguments.Add(Text(
                "-max_total_time=", Math.Max(1, (long)Math.Ceiling(t.TotalSeconds))));
        }
        arguments.AddRange(Request.Flags);
        if (Request.Flags.All(f => f.StartsWith('-')))
        {
            arguments.Add(Path.GetFullPath(Request.Corpus));
            arguments.Add(Seeds);
        }
        return arguments;
    }

    private static string Text(string option, long number) =>
        option + number.ToString(CultureInfo.InvariantCulture);
}
