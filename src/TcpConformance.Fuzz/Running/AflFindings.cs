using System.Security.Cryptography;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>Hands what AFL++ has found to those who look at libFuzzer's findings.</summary>
internal sealed class AflFindings : IDisposable
{
    private readonly FindingStore _store;
    private readonly TriageQueue _queue;
    private readonly HashSet<string> _seen = [];

    internal AflFindings(FuzzRequest request, CancellationToken cancel)
    {
        _store = new FindingStore(request.Findings);
        _queue = new TriageQueue(
            _store, FindingTriage.Of(request.Program, request.Target, _store), request.Found,
            cancel);
    }

    /// <summary>What was found so far.</summary>
    internal IReadOnlyList<FuzzFinding> Found => _queue.Findings;

    /// <summary>Takes what is new. afl-fuzz does not pass on what a target says: the input is run
    /// once more.</summary>
    internal void Take(IEnumerable<AflInstance> instances)
    {
        foreach (AflInstance instance in instances)
        {
            Take(
                Path.Combine(instance.Folder, "crashes"), "crash-",
                new FindingSignature(FindingKind.Crash, "does not come again", []),
                "afl-fuzz saw a crash that does not come again");
            Take(
                Path.Combine(instance.Folder, "hangs"), "timeout-",
                new FindingSignature(FindingKind.Hang, "", []), "it takes too long");
        }
        _queue.Sweep(all: true);
    }

    /// <summary>Waits until all is looked at.</summary>
    internal void Finish() => _queue.Finish();

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

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

    private void Take(string folder, string kind, FindingSignature signature, string words)
    {
        foreach (string file in Inputs(folder).Where(_seen.Add))
        {
            byte[] input = File.ReadAllBytes(file);
            string path = Path.Combine(_store.Incoming, kind + Hash(input));
            File.WriteAllText(path + IncomingFindings.Said, $"{signature.ToLine()}\n{words}\n");
            File.WriteAllBytes(path, input);
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
