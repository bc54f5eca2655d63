namespace TcpConformance.Fuzz.Pairs;

/// <summary>What an input of <c>session-pair</c> decides: five octets for both hosts, then one for
/// each packet in the order in which they leave. Packets for which none is left arrive.</summary>
internal sealed class PairPlan
{
    private const int Head = 5;

    // Nothing below a small segment: with less room both ends stand at the edge of a window all the
    // time, where RFC 9293 Appendix A.2 leaves open what a host does.
    private static readonly int[] Buffers = [65535, 700, 1500, 3000, 20_000, 300_000];

    private readonly byte[] _fates;
    private int _packet;

    /// <summary>Reads an input, whatever it is.</summary>
    internal PairPlan(ReadOnlySpan<byte> input)
    {
        Span<byte> head = stackalloc byte[Head];
        input[..Math.Min(Head, input.Length)].CopyTo(head);
        IsV6 = (head[0] & 1) != 0;
        Sack = (head[0] & 2) != 0;
        Timestamps = (head[0] & 4) != 0;
        ReadsSlowly = [(head[0] & 8) != 0, (head[0] & 16) != 0];
        // One of them has to.
        ClosesFirst = [(head[0] & 96) != 64, (head[0] & 64) != 0];
        ReceiveBuffer = [Buffers[head[1] % 16 % Buffers.Length],
            Buffers[head[1] / 16 % Buffers.Length]];
        // Small amounts are as interesting as large ones.
        Octets = [head[2] * head[2], head[3] * head[3]];
        Delay = TimeSpan.FromMilliseconds(head[4]);
        _fates = input.Length > Head ? input[Head..].ToArray() : [];
    }

    internal bool IsV6 { get; }

    /// <summary>Whether the active host offers SACK; the passive one always can.</summary>
    internal bool Sack { get; }

    /// <summary>Whether the active host offers timestamps.</summary>
    internal bool Timestamps { get; }

    internal bool[] ReadsSlowly { get; }

    /// <summary>Whether a user closes when all is given; else when the peer has closed.</summary>
    internal bool[] ClosesFirst { get; }

    internal int[] ReceiveBuffer { get; }

    internal int[] Octets { get; }

    /// <summary>Of each packet that nothing happens to.</summary>
    internal TimeSpan Delay { get; }

    /// <summary>Whether all that can go wrong has.</summary>
    internal bool IsCalm => _packet >= _fates.Length;

    /// <summary>After how much time each copy of the next packet arrives; none: it is lost.
    /// </summary>
    internal IReadOnlyList<TimeSpan> NextFate()
    {
        byte fate = IsCalm ? (byte)0 : _fates[_packet];
        _packet++;
        TimeSpan late = Delay + TimeSpan.FromMilliseconds((fate >> 3) * (fate >> 3) * 4);
        return (fate & 7) switch
        {
            4 => [],
            5 => [Delay, late],
            6 or 7 => [late],
            _ => [Delay],
        };
    }
}
