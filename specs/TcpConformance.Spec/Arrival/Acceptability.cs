using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>The four cases of RFC 9293 §3.4, table 5.</summary>
public static class Acceptability
{
    /// <summary>Whether a segment occupies valid receive sequence space.</summary>
    /// <param name="seq">SEG.SEQ.</param>
    /// <param name="len">SEG.LEN, SYN and FIN counted.</param>
    /// <param name="rcvNxt">RCV.NXT.</param>
    /// <param name="rcvWnd">RCV.WND in octets.</param>
    public static bool IsAcceptable(SeqNumber seq, uint len, SeqNumber rcvNxt, uint rcvWnd) =>
        (len, rcvWnd) switch
        {
            (0, 0) => seq == rcvNxt,
            (0, _) => seq.InWindow(rcvNxt, rcvWnd),
            (_, 0) => false,
            _ => seq.InWindow(rcvNxt, rcvWnd)
                || (seq + (len - 1)).InWindow(rcvNxt, rcvWnd),
        };

    /// <summary>Where a RST stands (RFC 5961 §3.2, RFC 9293 §3.10.7.4 second).</summary>
    /// <remarks>A RST is judged by its sequence number alone, so that one with text is allowed
    /// (SHLD-2), and at a zero window RCV.NXT itself is inside (MUST-66).</remarks>
    public static ResetPosition PositionOfReset(SeqNumber seq, SeqNumber rcvNxt, uint rcvWnd) =>
        seq == rcvNxt ? ResetPosition.Exact
        : seq.InWindow(rcvNxt, rcvWnd) ? ResetPosition.Inside
        : ResetPosition.Outside;
}

/// <summary>Where the sequence number of a RST stands.</summary>
public enum ResetPosition : byte
{
    /// <summary>Outside the window.</summary>
    Outside,
    /// <summary>At RCV.NXT.</summary>
    Exact,
    /// <summary>Elsewhere in the window.</summary>
    Inside,
}
