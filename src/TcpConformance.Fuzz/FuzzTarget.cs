using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz;

/// <summary>Runs a target on one input, whatever its octets are.</summary>
/// <param name="input">The input; reading outside of it kills the process.</param>
/// <exception cref="FuzzFindingException">The target's oracle complains. Any other exception is a
/// finding too.</exception>
public delegate void FuzzRun(ReadOnlySpan<byte> input);

/// <summary>Something that takes octets from strangers, and who judges what it does with them.
/// </summary>
/// <param name="Name">On the command line, and the folder of its seeds.</param>
/// <param name="Purpose">What it ensures, in one sentence.</param>
/// <param name="Run">The target itself; for one thread at a time.</param>
public sealed record FuzzTarget(string Name, string Purpose, FuzzRun Run)
{
    /// <summary>Names of the assemblies whose coverage leads the fuzzer.</summary>
    public IReadOnlyList<string> Assemblies { get; init; } = ["TcpConformance.Wire"];

    /// <summary>Whether a type, by its full name, is woven; null: all are.</summary>
    public Predicate<string>? Includes { get; init; }

    /// <summary>Octets of the longest input that is tried.</summary>
    public int LongestInput { get; init; } = 4096;

    /// <summary>What inputs are made of; null: octets.</summary>
    public InputStructure? Structure { get; init; }

    /// <summary>Tells what an input means, for people; may run it, and be killed by it. Null: the
    /// octets are all that can be told.</summary>
    public Func<byte[], FuzzStory>? Tell { get; init; }

    /// <summary>Runs an input and lets a watch see which states are reached; null: the target has
    /// none.</summary>
    public Action<byte[], StateWatch>? Watch { get; init; }

    /// <summary>Findings that are known and stay, such as those of somebody else's stack: the name
    /// of each, and the reason.</summary>
    public IReadOnlyDictionary<string, string> Known { get; init; } =
        new Dictionary<string, string>();

    /// <summary>What a process needs from its start to run the target; built at first use. Null:
    /// nothing.</summary>
    public Func<FuzzSurroundings>? Surroundings { get; init; }

    /// <summary>Flags that libFuzzer gets besides; those of the user come last and count.</summary>
    public IReadOnlyList<string> LibFuzzerFlags { get; init; } = [];

    /// <summary>Words that inputs are made of.</summary>
    public IReadOnlyList<byte[]> Dictionary { get; init; } = [];
}
