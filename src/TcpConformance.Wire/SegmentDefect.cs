namespace TcpConformance.Wire;

/// <summary>The rule of form that a segment breaks, the first one found.</summary>
public enum SegmentDefect : byte
{
    /// <summary>Well formed.</summary>
    None,
    /// <summary>Fewer than 20 octets (RFC 9293 §3.1).</summary>
    HeaderTruncated,
    /// <summary>Data offset below 5 (RFC 9293 §3.1).</summary>
    DataOffsetTooSmall,
    /// <summary>Data offset points past the end of the segment (RFC 9293 §3.1).</summary>
    DataOffsetPastSegment,
    /// <summary>An option's length field is 0 (RFC 9293 §3.1, MUST-7).</summary>
    OptionLengthZero,
    /// <summary>An option's length field is 1 (RFC 9293 §3.1, MUST-7).</summary>
    OptionLengthOne,
    /// <summary>A kind octet stands at the very end: there is no length (MUST-68).</summary>
    OptionLengthMissing,
    /// <summary>An option reaches past the header (MUST-7).</summary>
    OptionPastHeader,
    /// <summary>The length isn't the one that the option's kind has.</summary>
    OptionWrongLength,
    /// <summary>Octets other than zero after the end of the option list (MUST-69).</summary>
    DataAfterEndOfList,
    /// <summary>The same option stands twice, be it under two kinds.</summary>
    OptionRepeated,
}

/// <summary>Questions about <see cref="SegmentDefect"/>.</summary>
public static class SegmentDefects
{
    /// <summary>Whether nothing behind the fixed header can be read.</summary>
    public static bool IsFatal(this SegmentDefect defect) => defect
        is SegmentDefect.HeaderTruncated or SegmentDefect.DataOffsetTooSmall
        or SegmentDefect.DataOffsetPastSegment;
}
