using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Tapping;

/// <summary>What is played: first all that other targets have found interesting, then what becomes
/// of it when pieces are put together anew. The same every time.</summary>
internal sealed class TapInputs
{
    private const int Room = 160;

    private readonly List<byte[]> _corpus = [];
    private readonly StructureMutator _mutator;
    private readonly SessionRandom _random = new(1);
    private int _next;

    /// <summary>From seeds, regressions and corpora.</summary>
    /// <param name="structure">Of the inputs.</param>
    /// <param name="folders">Corpora of targets whose inputs are sessions; those that don't exist
    /// are left out.</param>
    internal TapInputs(InputStructure structure, IEnumerable<string> folders)
    {
        _mutator = new StructureMutator(structure, Turn);
        foreach (string target in (string[])["session", "lwip"])
        {
            _corpus.AddRange(FuzzCorpus.Seeds(target).Select(i => i.Octets));
            _corpus.AddRange(FuzzCorpus.Regressions(target).Select(i => i.Octets));
        }
        foreach (string folder in folders.Where(Directory.Exists))
        {
            _corpus.AddRange(Directory.GetFiles(folder)
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes)
                .Where(i => i.Length is > 0 and <= Room));
        }
        if (_corpus.Count == 0)
        {
            _corpus.Add([0]);
        }
    }

    /// <summary>Inputs that other targets have found.</summary>
    internal int Count => _corpus.Count;

    /// <summary>The next one.</summary>
    internal byte[] Next()
    {
        if (_next < _corpus.Count)
        {
            return _corpus[_next++];
        }
        byte[] room = new byte[Room];
        byte[] one = Any();
        int size = _random.Below(2) == 0
            ? _mutator.Cross(one, Any(), room, unchecked((uint)_random.Next()))
            : 0;
        if (size == 0)
        {
            one.CopyTo(room, 0);
            size = _mutator.Mutate(room, one.Length, unchecked((uint)_random.Next()));
        }
        return room[..size];
    }

    private byte[] Any() => _corpus[_random.Below(_corpus.Count)];

    // One octet becomes another.
    private int Turn(Span<byte> octets, int size)
    {
        if (size > 0)
        {
            octets[_random.Below(size)] = (byte)_random.Below(256);
        }
        return size;
    }
}
