using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Tapping;

/// <summary>Leaves pieces of an input out, as long as it shows the same. In real time many tries
/// side by side cost no more than one.</summary>
internal static class TapMinimizer
{
    private const int Rounds = 5;

    /// <summary>The least input found; the input itself if it does not show it again.</summary>
    /// <param name="run">Where it is played.</param>
    /// <param name="input">The input.</param>
    /// <param name="structure">What it is made of.</param>
    /// <param name="rule">What it shows.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The input, and whether it has shown it again.</returns>
    internal static (byte[] Least, bool Replays) Minimize(
        TapRun run, byte[] input, InputStructure structure, string rule, CancellationToken cancel)
    {
        byte[] least = input;
        bool replays = false;
        for (int round = 0; round < Rounds && !cancel.IsCancellationRequested; round++)
        {
            List<byte[]> candidates = [least, .. Shorter(least, structure)];
            byte[]? shown = Showing(run, candidates, rule, cancel);
            if (shown is null)
            {
                break;
            }
            replays = true;
            if (shown.Length == least.Length)
            {
                break;
            }
            least = shown;
        }
        return (least, replays);
    }

    // The shortest of those that show it.
    private static byte[]? Showing(
        TapRun run, List<byte[]> candidates, string rule, CancellationToken cancel)
    {
        List<(byte[] Input, Session Session)> played = [];
        foreach (byte[] candidate in candidates)
        {
            if (run.Read(candidate) is Session session)
            {
                played.Add((candidate, session));
            }
        }
        (TapFault?[] faults, TapFault? dead) =
            run.Play([.. played.Select(p => p.Session)], cancel);
        return dead?.Rule == rule ? candidates[0] : played
            .Where((_, i) => faults[i]?.Rule == rule)
            .Select(p => p.Input).MinBy(i => i.Length);
    }

    // Without a half, a quarter, …, a piece.
    private static IEnumerable<byte[]> Shorter(byte[] input, InputStructure structure)
    {
        List<int> starts = [];
        structure.Split(input, starts);
        for (int size = starts.Count / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= starts.Count; at += size)
            {
                int end = at + size < starts.Count ? starts[at + size] : input.Length;
                byte[] less = [.. input[..starts[at]], .. input[end..]];
                if (less.Length > 0)
                {
                    yield return less;
                }
            }
        }
    }
}
