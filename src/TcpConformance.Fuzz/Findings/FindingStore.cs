using System.Text.Json;

namespace TcpConformance.Fuzz.Findings;

/// <summary>The folder of a target's findings: one folder for each, and <c>incoming</c> for what
/// nobody has looked at yet. All is on the disk at once, so that nothing is lost whenever the
/// program ends.</summary>
public sealed class FindingStore
{
    /// <summary>The file with the input.</summary>
    public const string InputFile = "input";

    /// <summary>The input as it was found, where it could be made shorter.</summary>
    public const string OriginalFile = "input.found";

    /// <summary>The file with <see cref="Finding"/>.</summary>
    public const string Sidecar = "finding.json";

    /// <summary>The file for people.</summary>
    public const string WordsFile = "finding.txt";

    private const string IncomingFolder = "incoming";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IndentSize = 2,
    };

    private readonly Dictionary<string, Finding> _known = [];
    private readonly Lock _lock = new();

    /// <summary>Opens or makes one.</summary>
    public FindingStore(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Incoming);
        foreach (string home in Directory.GetDirectories(Folder))
        {
            if (Read(home) is Finding finding)
            {
                _known[finding.Name] = finding;
            }
        }
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Where processes leave what they have found.</summary>
    public string Incoming => Path.Combine(Folder, IncomingFolder);

    /// <summary>Whether a path means the folder for what processes leave, and no finding.
    /// </summary>
    public static bool IsIncoming(string path) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) == IncomingFolder
        && Directory.Exists(path) && !File.Exists(Path.Combine(path, InputFile));

    /// <summary>All of them.</summary>
    public IReadOnlyList<Finding> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _known.Values];
            }
        }
    }

    /// <summary>The folder of a finding.</summary>
    public string FolderOf(string name) => Path.Combine(Folder, name);

    /// <summary>What is known under a name; null: nothing.</summary>
    public Finding? Find(string name)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(name);
        }
    }

    /// <summary>What is known under what fast code said; null: nothing.</summary>
    public Finding? FindAlias(uint hash)
    {
        lock (_lock)
        {
            return _known.Values.FirstOrDefault(f => f.Aliases.Contains(hash));
        }
    }

    /// <summary>Writes a new one.</summary>
    /// <param name="finding">What is known of it.</param>
    /// <param name="input">The input that is kept.</param>
    /// <param name="original">The input as it was found.</param>
    /// <param name="story">What was said: the exception with its stack, or the like.</param>
    public void Add(Finding finding, byte[] input, byte[] original, string story)
    {
        string home = FolderOf(finding.Name);
        Directory.CreateDirectory(home);
        File.WriteAllBytes(Path.Combine(home, InputFile), input);
        if (!input.AsSpan().SequenceEqual(original))
        {
            File.WriteAllBytes(Path.Combine(home, OriginalFile), original);
        }
        File.WriteAllText(
            Path.Combine(home, WordsFile),
            $"{finding.Target}: {finding.Message}\n\n{finding.Replay}\n\n"
            + $"first seen  {finding.FirstSeen:yyyy-MM-dd HH:mm:ss}Z\n"
            + $"signature   {finding.Signature}\n"
            + $"input       {finding.Octets} octets, found as {finding.OctetsFound}\n"
            + (finding.Replays ? "" : "The input alone did not show it again.\n")
            + $"\n{story.Trim()}\n");
        // The sidecar last: a folder without one is no finding yet.
        Write(finding);
    }

    /// <summary>It came again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="times">How often.</param>
    /// <param name="alias">What fast code said of it, if that is new.</param>
    public void Count(string name, long times, uint? alias = null)
    {
        if (Find(name) is not Finding known)
        {
            return;
        }
        Write(known with
        {
            Times = known.Times + times,
            Aliases = alias is uint a && !known.Aliases.Contains(a)
                ? [.. known.Aliases, a]
                : known.Aliases,
        });
    }

    /// <summary>What stands in a finding's folder; null: it is none.</summary>
    public static Finding? Read(string folder)
    {
        string path = Path.Combine(folder, Sidecar);
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<Finding>(File.ReadAllText(path), Format)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(Finding finding)
    {
        string path = Path.Combine(FolderOf(finding.Name), Sidecar);
        string draft = path + ".draft";
        File.WriteAllText(draft, JsonSerializer.Serialize(finding, Format) + "\n");
        File.Move(draft, path, true);
        lock (_lock)
        {
            _known[finding.Name] = finding;
        }
    }
}
