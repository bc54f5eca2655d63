using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>What workers have left behind in their files.</summary>
internal static class WorkerEnd
{
    /// <summary>Inputs that all processes have run.</summary>
    internal static long Runs(string folder) =>
        Directory.GetFiles(folder).Sum(InputArea.RunsOf);

    /// <summary>How often findings came, by the hashes of their signatures.</summary>
    internal static Dictionary<uint, long> Tallies(string folder) =>
        Directory.GetFiles(folder).SelectMany(InputArea.TalliesOf)
            .GroupBy(t => t.Hash).ToDictionary(g => g.Key, g => g.Sum(t => t.Times));

    /// <summary>The methods in whose loops a slow input was, in the order of the program.</summary>
    internal static IReadOnlyList<string> MethodsOf(string area, IReadOnlyList<string> methods) =>
    [
        .. InputArea.PlacesOf(area).Where(p => p < methods.Count)
            .Select(p => OurFrames.OfMethod(methods[p])).Distinct().Take(OurFrames.Most),
    ];

    /// <summary>Inputs that processes could not write since they died.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="killed">Whether a process was killed, perhaps between two inputs.</param>
    internal static IEnumerable<(string Area, byte[] Input)> Left(string folder, bool killed)
    {
        foreach (string path in Directory.GetFiles(folder))
        {
            InputState state = InputArea.Recover(path, out byte[] input);
            if (state == InputState.Running || (killed && state == InputState.Done))
            {
                yield return (path, input);
            }
        }
    }
}
