using System.Globalization;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>In the worker: what it has found, each signature once, at once on the disk. Another
/// process looks at it and names it.</summary>
internal sealed class IncomingFindings
{
    /// <summary>What the file with the words is called beside the input.</summary>
    internal const string Said = ".said";

    /// <summary>What a file is called that isn't whole yet.</summary>
    internal const string Draft = ".draft";

    private const string Known = "known ";
    private const string Deadly = "deadly ";

    private readonly string _folder;
    private readonly HashSet<uint> _known = [];
    private readonly Dictionary<int, List<byte[]>> _deadly = [];

    /// <summary>Begins with what earlier processes have found.</summary>
    /// <param name="folder">Where to write.</param>
    /// <param name="known">The file that <see cref="WriteKnown"/> has written.</param>
    internal IncomingFindings(string folder, string known)
    {
        _folder = folder;
        foreach (string line in File.ReadLines(known))
        {
            if (line.StartsWith(Known, StringComparison.Ordinal))
            {
                _known.Add(uint.Parse(
                    line[Known.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
            else if (line.StartsWith(Deadly, StringComparison.Ordinal))
            {
                byte[] input = Convert.FromHexString(line[Deadly.Length..]);
                if (!_deadly.TryAdd(input.Length, [input]))
                {
                    _deadly[input.Length].Add(input);
                }
            }
        }
    }

    /// <summary>Writes what a worker needs to know.</summary>
    internal static void WriteKnown(
        string path, IEnumerable<uint> known, IEnumerable<byte[]> deadly) =>
        File.WriteAllLines(path,
        [
            .. known.Select(k => Known + k.ToString("x8", CultureInfo.InvariantCulture)),
            .. deadly.Select(d => Deadly + Convert.ToHexString(d)),
        ]);

    /// <summary>Whether an earlier process has died of this very input.</summary>
    internal bool IsDeadly(ReadOnlySpan<byte> input)
    {
        if (_deadly.Count > 0 && _deadly.TryGetValue(input.Length, out List<byte[]>? ofLength))
        {
            foreach (byte[] deadly in ofLength)
            {
                if (input.SequenceEqual(deadly))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>Writes a finding down unless it is known.</summary>
    /// <returns>Whether it is new.</returns>
    internal bool Add(
        uint hash, ReadOnlySpan<byte> input, FindingSignature signature, Exception e)
    {
        if (!_known.Add(hash))
        {
            return false;
        }
        string path = Path.Combine(_folder, signature.Name);
        string draft = string.Create(
            CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}{Draft}");
        // The words first: whoever sees an input finds them.
        File.WriteAllText(
            path + Said, $"{signature.ToLine()}\n{FuzzOutcome.Words(e)}\n{e}\n");
        File.WriteAllBytes(draft, input);
        File.Move(draft, path, true);
        return true;
    }
}
