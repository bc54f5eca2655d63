using System.Globalization;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>A difference as a readable file: what it is in comments, then the session.</summary>
/// <param name="Stimulus">The session and its seed.</param>
/// <param name="Iuts">The IUTs that differed.</param>
/// <param name="Expected">What each did, and what the oracle said, in the order of the IUTs.
/// </param>
public sealed record Regression(
    Stimulus Stimulus, IReadOnlyList<string> Iuts, IReadOnlyList<string> Expected)
{
    /// <summary>How such files end.</summary>
    public const string Ending = ".session";

    private const string IutsWord = "# iuts:";
    private const string SeedWord = "# seed:";
    private const string DidWord = "# did ";

    /// <summary>The difference that the file keeps.</summary>
    public static Regression Of(Cluster cluster, IReadOnlyList<DiffIut> iuts) => new(
        cluster.Stimulus,
        [.. iuts.Select(i => i.Name)],
        [.. cluster.Difference.Reactions.Select(
            (r, i) => $"{r.Text} ({cluster.Judgments[i].Text})")]);

    /// <summary>The file's text.</summary>
    public string Write(Difference difference)
    {
        List<string> lines =
        [
            $"# {difference.Core}",
            .. StimulusWords.Of(Stimulus.Session).Select(w => "# " + w),
            $"{IutsWord} {string.Join(' ', Iuts)}",
            $"{SeedWord} {Stimulus.Seed}",
            .. Iuts.Select((name, i) => $"{DidWord}{name}: {Expected[i]}"),
            Stimulus.Session.ToString(),
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="regression">What it says.</param>
    /// <param name="error">What is wrong; null if nothing is.</param>
    public static bool TryRead(string text, out Regression regression, out string? error)
    {
        string[] iuts = [];
        List<string> did = [];
        ulong seed = 1;
        foreach (string line in text.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith(IutsWord, StringComparison.Ordinal))
            {
                iuts = line[IutsWord.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
            else if (line.StartsWith(SeedWord, StringComparison.Ordinal))
            {
                _ = ulong.TryParse(
                    line.AsSpan(SeedWord.Length), CultureInfo.InvariantCulture, out seed);
            }
            else if (line.StartsWith(DidWord, StringComparison.Ordinal))
            {
                did.Add(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
            }
        }
        bool good = Session.TryParse(text, out Session session, out error);
        if (good && session.Steps.Count == 0)
        {
            error = "there is no step in it";
            good = false;
        }
        regression = new Regression(new Stimulus(seed, session), iuts, did);
        return good;
    }
}
