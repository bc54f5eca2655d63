using System.Security.Cryptography;

namespace TcpConformance.Fuzz.Running;

/// <summary>Puts what AFL++ has found where libFuzzer's findings lie, in the same form.</summary>
internal sealed class AflFindings(FuzzRequest request)
{
    private const string Slow = "it takes too long";

    private readonly List<FuzzFinding> _found = [];
    private readonly HashSet<string> _seen = [];

    internal IReadOnlyList<FuzzFinding> Found => _found;

    /// <summary>Takes what is new. afl-fuzz does not pass on what a target says: the input is run
    /// once more.</summary>
    internal void Take(IEnumerable<AflInstance> instances)
    {
        foreach (AflInstance instance in instances)
        {
            Take(Path.Combine(instance.Folder, "crashes"), "crash-", null);
            Take(Path.Combine(instance.Folder, "hangs"), "timeout-", Slow);
        }
    }

    /// <summary>Copies what reaches something new to where libFuzzer finds it.</summary>
    internal static void CopyQueue(string instance, string corpus)
    {
        foreach (string file in Inputs(Path.Combine(instance, "queue")))
        {
            byte[] input = File.ReadAllBytes(file);
            string copy = Path.Combine(corpus, Hash(input));
            // What another process or the seeds have begun with is there already.
            if (!File.Exists(copy) && !file.Contains(",orig:", StringComparison.Ordinal))
            {
                File.WriteAllBytes(copy, input);
            }
        }
    }

    private void Take(string folder, string kind, string? known)
    {
        foreach (string file in Inputs(folder).Where(_seen.Add))
        {
            byte[] input = File.ReadAllBytes(file);
            string path = Path.Combine(request.Findings, kind + Hash(input));
            if (File.Exists(path))
            {
                continue;
            }
            File.WriteAllBytes(path, input);
            string words = known ?? FuzzReplay.Run(request.Program, request.Target, [path])
                .Single().Finding ?? "afl-fuzz saw a crash that does not come again";
            string replay = $"{request.ReplayCommand} {path}";
            File.WriteAllText(path + ".txt", $"{request.Target.Name}: {words}\n{replay}\n");
            _found.Add(new FuzzFinding(path, words, replay));
        }
    }

    private static IEnumerable<string> Inputs(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, "id:*").Order(StringComparer.Ordinal)
        : [];

    // libFuzzer names its files so.
#pragma warning disable CA5350
    private static string Hash(byte[] input) => Convert.ToHexStringLower(SHA1.HashData(input));
#pragma warning restore CA5350
}
