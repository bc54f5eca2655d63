using System.Diagnostics;

namespace TcpConformance.Fuzz;

/// <summary>What a process needs from its start to run a target.</summary>
/// <param name="Preloaded">Libraries that are loaded before all others, in this order.</param>
/// <param name="Environment">Variables of its environment.</param>
public sealed record FuzzSurroundings(
    IReadOnlyList<string> Preloaded, IReadOnlyDictionary<string, string> Environment)
{
    private const string Preload = "LD_PRELOAD";

    /// <summary>Sets all that for a process that is to be started.</summary>
    /// <param name="start">The process.</param>
    /// <param name="first">A library that goes before those of the target; null: none. libFuzzer
    /// must, since sanitizers have empty functions under the names of its own.</param>
    public void Apply(ProcessStartInfo start, string? first)
    {
        IEnumerable<string> libraries = first is null ? Preloaded : Preloaded.Prepend(first);
        if (Preloaded.Count > 0)
        {
            start.Environment[Preload] = string.Join(':', libraries);
        }
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }
    }
}
