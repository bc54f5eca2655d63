namespace TcpConformance.Fuzz.Mutation;

/// <summary>Cuts an input into the pieces that it is made of.</summary>
/// <param name="input">The input, whatever it is.</param>
/// <param name="starts">Receives where each piece begins, ascending; what stands before the first
/// belongs to none.</param>
public delegate void InputSplit(ReadOnlySpan<byte> input, List<int> starts);

/// <summary>Sets right what follows from the rest of an input: lengths, checksums.</summary>
/// <param name="input">The input, changed in place.</param>
public delegate void InputMend(Span<byte> input);

/// <summary>What inputs of a target are made of, so that they can be changed piece by piece.
/// </summary>
/// <param name="Split">Where the pieces are.</param>
public sealed record InputStructure(InputSplit Split)
{
    /// <summary>Sets right what follows from the rest; null: nothing does.</summary>
    public InputMend? Mend { get; init; }

    /// <summary>Of how many mutations one is along the structure; the others are libFuzzer's own.
    /// More than 1 where a run takes no longer than such a mutation.</summary>
    public uint Period { get; init; } = 1;

    /// <summary>Whole pieces to put in, beside those of other inputs.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];
}
