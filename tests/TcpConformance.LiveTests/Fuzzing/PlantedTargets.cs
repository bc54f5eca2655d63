using System.Buffers.Binary;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Harness;

namespace TcpConformance.LiveTests.Fuzzing;

// Targets with a fault, for the fuzzer to find; no part of the product.
public static class PlantedTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Planted("throws", RunThrows), Planted("constant", RunConstant),
        Planted("overflow", RunOverflow),
        Planted("failfast", RunFailFast), Planted("thread", RunThread),
        Planted("native", RunNative), Planted("outside", RunOutside), Planted("hang", RunHang),
        Planted("pair", RunPair), Planted("span", RunSpan), Planted("fine", _ => { }),
        Planted("memory", RunMemory), Planted("many", RunMany), Planted("where", RunWhere),
        Planted("story", RunSpan) with { Tell = TellStory },
        Planted("untold", RunSpan) with { Tell = _ => throw new InvalidOperationException() },
        PlantedLwip.Target,
    ];

    public static FuzzTarget Find(string name) => All.First(t => t.Name == name);

    private static FuzzTarget Planted(string name, FuzzRun run) => new(
        name, "Ensure that the fuzzer is awake.", run)
    {
        Assemblies = ["TcpConformance.LiveTests"],
        Includes = type => type.StartsWith(
            typeof(PlantedTargets).FullName!, StringComparison.Ordinal),
        LongestInput = 64,
    };

    // Nobody guesses 32 bits: the comparison tells.
    private static void RunConstant(ReadOnlySpan<byte> input)
    {
        if (input.Length >= 8 && BinaryPrimitives.ReadUInt32BigEndian(input) == 0xfeed_beef
            && BinaryPrimitives.ReadUInt32LittleEndian(input[4..]) == 0x1234_5678)
        {
            throw new FuzzFindingException("planted", "two constants");
        }
    }

    // Neither side is a constant.
    private static void RunPair(ReadOnlySpan<byte> input)
    {
        if (input.Length < 16)
        {
            return;
        }
        ulong one = BinaryPrimitives.ReadUInt64BigEndian(input);
        ulong other = BinaryPrimitives.ReadUInt64BigEndian(input[8..]);
        if (other == unchecked(one + 0x0102_0304_0506_0708))
        {
            throw new FuzzFindingException("planted", "two values that belong together");
        }
    }

    private static void RunSpan(ReadOnlySpan<byte> input)
    {
        if (input.Length >= 9 && input[..9].SequenceEqual("a-secret!"u8))
        {
            throw new FuzzFindingException("planted", "a word");
        }
    }

    private static void RunOverflow(ReadOnlySpan<byte> input)
    {
        if (Begins(input))
        {
            Recurse(0);
        }
    }

    private static void RunThrows(ReadOnlySpan<byte> input)
    {
        if (Begins(input))
        {
            throw new FuzzFindingException("planted", "three letters");
        }
    }

    private static long Recurse(long depth) => depth < 0 ? 0 : Recurse(depth + 1) + depth;

    private static void RunFailFast(ReadOnlySpan<byte> input)
    {
        if (Begins(input))
        {
            Environment.FailFast("planted");
        }
    }

    private static void RunThread(ReadOnlySpan<byte> input)
    {
        if (Begins(input))
        {
            var thread = new Thread(() => throw new InvalidOperationException("planted"));
            thread.Start();
            thread.Join();
        }
    }

    private static unsafe void RunNative(ReadOnlySpan<byte> input)
    {
        if (Begins(input))
        {
            *(int*)0x4141_4141_4141 = 1;
        }
    }

    // One octet behind the end.
    private static unsafe void RunOutside(ReadOnlySpan<byte> input)
    {
        fixed (byte* p = input)
        {
            if (Begins(input) && p[input.Length] == 1)
            {
                throw new FuzzFindingException("planted", "an octet that is none of the input's");
            }
        }
    }

    private static void RunHang(ReadOnlySpan<byte> input)
    {
        int turns = 0;
        while (Begins(input))
        {
            turns = unchecked(turns + 1);
        }
    }

    // Each octet stays in memory a million times.
    private static void RunMemory(ReadOnlySpan<byte> input)
    {
        List<byte[]> kept = [];
        while (Begins(input))
        {
            byte[] block = new byte[1 << 20];
            block.AsSpan().Fill(1);
            kept.Add(block);
        }
    }

    // Half of all inputs are findings of three kinds, and one of them is deadly.
    private static void RunMany(ReadOnlySpan<byte> input)
    {
        if (input.Length > 2 && input[0] % 2 == 0)
        {
            if (Begins(input[1..]))
            {
                Environment.FailFast("planted");
            }
            throw new FuzzFindingException($"rule {input[1] % 3}", $"{input.Length} octets");
        }
    }

    // The same exception at two places, one of them reached in two ways.
    private static void RunWhere(ReadOnlySpan<byte> input)
    {
        if (input.Length < 4)
        {
            return;
        }
        switch (input[0] % 3)
        {
            case 0 when input[1] == 7:
                ThrowHere(input[2]);
                break;
            case 1 when input[1] == 7:
                ThrowThere(input[2]);
                break;
        }
    }

    private static void ThrowHere(int n) =>
        throw new InvalidOperationException($"planted {n}");

    private static void ThrowThere(int n) =>
        throw new InvalidOperationException($"planted {n}");

    private static FuzzStory TellStory(byte[] input) => new($"{input.Length} octets\n")
    {
        Trace =
        [
            new TraceEntry(TimeSpan.Zero, TraceKind.SegmentToIut, input, "the <input>"),
            new TraceEntry(TimeSpan.Zero, TraceKind.Violation, null, "planted"),
        ],
    };

    private static bool Begins(ReadOnlySpan<byte> input) =>
        input.Length > 2 && input[0] == 'b' && input[1] == 'u' && input[2] == 'g';
}
