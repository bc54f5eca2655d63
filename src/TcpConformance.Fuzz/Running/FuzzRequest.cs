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

    /// <summary>Where findings are written.</summary>
    public required string Findings { get; init; }

    /// <summary>Flags for libFuzzer; they win over the program's own. One that is no flag is a file
    /// or directory, and takes the place of corpus and seeds.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The command that runs a finding again; the file's name is put behind it.</summary>
    public string ReplayCommand => $"./tcpconf fuzz replay {Target.Name}";

    /// <summary>Hears what libFuzzer says, line by line.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Hears the id of the process when it has started.</summary>
    public Action<int> Started { get; init; } = _ => { };
}

/// <summary>An input that was found.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Message">What is wrong, in one line.</param>
/// <param name="Replay">The command that runs it again.</param>
public sealed record FuzzFinding(string Path, string Message, string Replay);

/// <summary>What a campaign has come to.</summary>
/// <param name="Findings">What was found.</param>
public sealed record FuzzResult(IReadOnlyList<FuzzFinding> Findings)
{
    /// <summary>Inputs that were run, as far as libFuzzer has said.</summary>
    public long Runs { get; init; }

    /// <summary>Of them in a second.</summary>
    public long RunsPerSecond { get; init; }

    /// <summary>Counters that the woven code has.</summary>
    public int Counters { get; init; }

    /// <summary>Inputs in the corpus at the end.</summary>
    public int Corpus { get; init; }
}
