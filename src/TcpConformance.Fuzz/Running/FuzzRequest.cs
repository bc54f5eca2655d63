using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>What a campaign shall do.</summary>
/// <param name="Target">The target.</param>
public sealed record FuzzRequest(FuzzTarget Target)
{
    /// <summary>The program that runs now and that is copied and woven; it must hand its arguments
    /// to <see cref="FuzzWorker"/> when that is asked.</summary>
    public string Program { get; init; } = "TcpConformance.Cli";

    /// <summary>How long; null: no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many inputs; null: no limit.</summary>
    public long? Runs { get; init; }

    /// <summary>Where inputs that reach something new are kept, and where the fuzzer begins beside
    /// the seeds.</summary>
    public required string Corpus { get; init; }

    /// <summary>Where findings are written; those that lie there are known.</summary>
    public required string Findings { get; init; }

    /// <summary>Whether the first finding ends it.</summary>
    public bool StopsOnFinding { get; init; }

    /// <summary>Flags for libFuzzer; they win over the program's own. One that is no flag is a file
    /// or directory, and takes the place of corpus and seeds.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Hears what libFuzzer says, line by line.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Hears the id of each process when it has started.</summary>
    public Action<int> Started { get; init; } = _ => { };

    /// <summary>Hears of each new finding when its folder is written, on another thread.</summary>
    public Action<FuzzFinding> Found { get; init; } = _ => { };

    /// <summary>Hears now and then how far it is, on another thread.</summary>
    public Action<FuzzProgress> Progress { get; init; } = _ => { };

    /// <summary>The command that runs a finding again.</summary>
    /// <param name="folder">The finding's folder, or an input beside a sidecar.</param>
    public static string ReplayCommand(string folder) =>
        "./tcpconf fuzz replay " + Path.GetRelativePath(Environment.CurrentDirectory, folder);
}

/// <summary>An input that was found.</summary>
/// <param name="Path">Its file, in the finding's folder.</param>
/// <param name="Message">What is wrong, in one line.</param>
/// <param name="Replay">The command that runs it again.</param>
public sealed record FuzzFinding(string Path, string Message, string Replay)
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether this campaign has found it first.</summary>
    public bool IsNew { get; init; } = true;

    /// <summary>How often this campaign has come upon it.</summary>
    public long Times { get; init; } = 1;

    internal static FuzzFinding Of(Finding finding, FindingStore store, bool isNew) => new(
        System.IO.Path.Combine(store.FolderOf(finding.Name), FindingStore.InputFile),
        finding.Message, finding.Replay)
    {
        Name = finding.Name,
        IsNew = isNew,
    };
}

/// <summary>How far a campaign is.</summary>
/// <param name="Elapsed">Since it began.</param>
public sealed record FuzzProgress(TimeSpan Elapsed)
{
    /// <summary>Until its end; null: it has none but its number of runs.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Inputs so far.</summary>
    public long Runs { get; init; }

    /// <summary>Inputs in the last second.</summary>
    public long RunsPerSecond { get; init; }

    /// <summary>Inputs in the corpus, as libFuzzer counts them.</summary>
    public long Corpus { get; init; }

    /// <summary>Blocks of the woven code that were reached.</summary>
    public long Coverage { get; init; }

    /// <summary>Blocks of the woven code.</summary>
    public int Counters { get; init; }

    /// <summary>New findings so far.</summary>
    public int Findings { get; init; }

    /// <summary>How often a finding came, the new and the known ones.</summary>
    public long Hits { get; init; }

    /// <summary>Processes that had to be started again.</summary>
    public int Restarts { get; init; }
}

/// <summary>What a campaign has come to.</summary>
/// <param name="Findings">What was found, the known ones too.</param>
public sealed record FuzzResult(IReadOnlyList<FuzzFinding> Findings)
{
    /// <summary>Inputs that were run.</summary>
    public long Runs { get; init; }

    /// <summary>Of them in a second.</summary>
    public long RunsPerSecond { get; init; }

    /// <summary>Counters that the woven code has.</summary>
    public int Counters { get; init; }

    /// <summary>Inputs in the corpus at the end.</summary>
    public int Corpus { get; init; }

    /// <summary>Processes that had to be started again.</summary>
    public int Restarts { get; init; }
}
