namespace TcpConformance.Harness.Sessions;

/// <summary>What stands in the options of a <see cref="SegmentStep"/>.</summary>
public enum StepOptionKind
{
    /// <summary>What an honest peer would send: a SYN's offers; timestamps and SACK blocks where
    /// they were agreed on.</summary>
    Auto,
    /// <summary>MSS of A octets.</summary>
    Mss,
    /// <summary>Window scale with shift A.</summary>
    Shift,
    /// <summary>SACK-permitted.</summary>
    SackOk,
    /// <summary>Timestamps: TSval is the tester's clock plus A, TSecr what it would echo plus
    /// B.</summary>
    Ts,
    /// <summary>A SACK block, A to B octets after the IUT's SND.UNA as the tester knows it.
    /// </summary>
    Sack,
    /// <summary>An option of the unknown kind A with B octets of body.</summary>
    Kind,
    /// <summary>An option of kind A whose length field says B, without body.</summary>
    Length,
    /// <summary>A no-operations.</summary>
    Nop,
    /// <summary>End of option list; what follows is padding (RFC 9293 §3.1).</summary>
    End,
}

/// <summary>One option of a segment.</summary>
/// <param name="Kind">Which.</param>
/// <param name="A">See <see cref="StepOptionKind"/>.</param>
/// <param name="B">See <see cref="StepOptionKind"/>.</param>
public readonly record struct StepOption(StepOptionKind Kind, int A = 0, int B = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{StepWords.TextOf(Kind)}:{A}:{B}";

    internal static StepOption Read(StepWords w, string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 3)
        {
            w.Fail();
            return default;
        }
        return new StepOption(
            w.Name<StepOptionKind>(parts[0]),
            (int)w.NumberOf(parts[1], int.MinValue, int.MaxValue),
            (int)w.NumberOf(parts[2], int.MinValue, int.MaxValue));
    }
}
