using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Transitions between states (RFC 9293 §3.3.2, §3.10).</summary>
public class StateDecisions
{
    /// <summary>The state after the user's CLOSE (RFC 9293 §3.10.4).</summary>
    public virtual TcpState AfterClose(TcpState state, bool nothingToSend) => state switch
    {
        TcpState.Listen or TcpState.SynSent => TcpState.Closed,
        // With text to send, the request waits for ESTABLISHED.
        TcpState.SynReceived => nothingToSend ? TcpState.FinWait1 : TcpState.SynReceived,
        TcpState.Established => TcpState.FinWait1,
        TcpState.CloseWait => TcpState.LastAck,
        TcpState.Closed or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing
            or TcpState.LastAck or TcpState.TimeWait => state,
    };

    /// <summary>The state after our FIN is acknowledged (RFC 9293 §3.10.7.4, fifth).</summary>
    public virtual TcpState AfterFinAcked(TcpState state) => state switch
    {
        TcpState.FinWait1 => TcpState.FinWait2,
        TcpState.Closing => TcpState.TimeWait,
        TcpState.LastAck => TcpState.Closed,
        TcpState.Closed or TcpState.Listen or TcpState.SynSent or TcpState.SynReceived
            or TcpState.Established or TcpState.FinWait2 or TcpState.CloseWait
            or TcpState.TimeWait => state,
    };

    /// <summary>The state after the peer's FIN is taken (RFC 9293 §3.10.7.4, eighth).</summary>
    public virtual TcpState AfterFin(TcpState state, bool finAcked) => state switch
    {
        TcpState.SynReceived or TcpState.Established => TcpState.CloseWait,
        TcpState.FinWait1 => finAcked ? TcpState.TimeWait : TcpState.Closing,
        TcpState.FinWait2 => TcpState.TimeWait,
        TcpState.Closed or TcpState.Listen or TcpState.SynSent or TcpState.CloseWait
            or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => state,
    };

    /// <summary>The state after a SYN in SYN-SENT (RFC 9293 §3.10.7.3, fourth).</summary>
    public virtual TcpState AfterSynInSynSent(bool synAcked) =>
        synAcked ? TcpState.Established : TcpState.SynReceived;

    /// <summary>The state after our SYN is acknowledged in SYN-RECEIVED.</summary>
    /// <param name="closing">Whether the user's CLOSE has waited for it.</param>
    public virtual TcpState AfterSynAcked(bool closing) =>
        closing ? TcpState.FinWait1 : TcpState.Established;

    /// <summary>The control bits of a SYN: with ACK once the peer's SYN is there, so also in a
    /// simultaneous open (MUST-10).</summary>
    public virtual TcpFlags SynFlags(TcpState state) => state == TcpState.SynSent
        ? TcpFlags.Syn
        : TcpFlags.Syn | TcpFlags.Ack;
}
