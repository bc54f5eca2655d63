using System.Text;

namespace TcpConformance.Harness.Sessions;

/// <summary>For a while the tester behaves as a good peer over a link that loses what it is told
/// to lose: it acknowledges, with SACK where that was agreed on, and sends text within the
/// IUT's window.</summary>
public sealed record FlowStep : SessionStep
{
    internal const string Verb = "flow";

    /// <summary>How long, in milliseconds.</summary>
    public int Milliseconds { get; init; }

    /// <summary>Milliseconds from a segment of the IUT to the answer.</summary>
    public int Rtt { get; init; }

    /// <summary>An ACK on every so manieth segment in order; 0: no ACK at all.</summary>
    public int AckEvery { get; init; } = 1;

    /// <summary>Bit n: the n-th segment with text or FIN from the IUT is lost.</summary>
    public long LoseFromIut { get; init; }

    /// <summary>Octets that the tester sends.</summary>
    public int Give { get; init; }

    /// <summary>Octets in each segment of the tester.</summary>
    public int Size { get; init; } = 536;

    /// <summary>Bit n: the n-th segment with text to the IUT is lost.</summary>
    public long LoseToIut { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var b = new StringBuilder($"{Verb} ms={Milliseconds} rtt={Rtt} every={AckEvery}");
        b.Append(LoseFromIut == 0 ? "" : $" lose={LoseFromIut}");
        b.Append(Give == 0 ? "" : $" give={Give}");
        b.Append(Size == 536 ? "" : $" size={Size}");
        b.Append(LoseToIut == 0 ? "" : $" drop={LoseToIut}");
        return b.ToString();
    }

    internal static FlowStep Read(StepWords w) => new()
    {
        Milliseconds = (int)(w.Number("ms", 0, 86_400_000) ?? 0),
        Rtt = (int)(w.Number("rtt", 0, 60_000) ?? 0),
        AckEvery = (int)(w.Number("every", 0, 100) ?? 1),
        LoseFromIut = w.Number("lose", 0, long.MaxValue) ?? 0,
        Give = (int)(w.Number("give", 0, 1 << 24) ?? 0),
        Size = (int)(w.Number("size", 1, 60_000) ?? 536),
        LoseToIut = w.Number("drop", 0, long.MaxValue) ?? 0,
    };
}
