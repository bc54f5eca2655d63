namespace TcpConformance.Spec.States;

/// <summary>What moves a connection from state to state (RFC 9293 §3.3.2).</summary>
public enum StateEvent : byte
{
    /// <summary>The user opens passively.</summary>
    PassiveOpen,
    /// <summary>The user opens actively, or sends on a listening connection.</summary>
    ActiveOpen,
    /// <summary>The user closes.</summary>
    Close,
    /// <summary>The user aborts.</summary>
    Abort,
    /// <summary>A SYN without ACK is accepted.</summary>
    ReceiveSyn,
    /// <summary>A SYN with an acceptable ACK is accepted.</summary>
    ReceiveSynAck,
    /// <summary>Our SYN is acknowledged by a segment without SYN.</summary>
    ReceiveAckOfSyn,
    /// <summary>The peer's FIN is in order; ours is not acknowledged.</summary>
    ReceiveFin,
    /// <summary>Our FIN is acknowledged.</summary>
    ReceiveAckOfFin,
    /// <summary>A valid RST.</summary>
    ReceiveReset,
    /// <summary>2 MSL have passed.</summary>
    TimeWaitTimeout,
    /// <summary>The user timeout, or R2, has passed.</summary>
    UserTimeout,
}

/// <summary>The transition table under the figure of RFC 9293 §3.3.2.</summary>
/// <remarks><code>
///                             +---------+ ---------\      active OPEN
///                             |  CLOSED |            \    -----------
///                             +---------+&lt;---------\   \   create TCB
///                               |     ^              \   \  snd SYN
///                  passive OPEN |     |   CLOSE        \   \
///                  ------------ |     | ----------       \   \
///                   create TCB  |     | delete TCB         \   \
///                               V     |                      \   \
///           rcv RST (note 1)  +---------+            CLOSE    |    \
///        --------------------&gt;|  LISTEN |          ---------- |     |
///       /                     +---------+          delete TCB |     |
///      /           rcv SYN      |     |     SEND              |     |
///     /           -----------   |     |    -------            |     V
/// +--------+      snd SYN,ACK  /       \   snd SYN          +--------+
/// |        |&lt;-----------------           ------------------&gt;|        |
/// |  SYN   |                    rcv SYN                     |  SYN   |
/// |  RCVD  |&lt;-----------------------------------------------|  SENT  |
/// |        |                  snd SYN,ACK                   |        |
/// |        |------------------           -------------------|        |
/// +--------+   rcv ACK of SYN  \       /  rcv SYN,ACK       +--------+
///    |         --------------   |     |   -----------
///    |                x         |     |     snd ACK
///    |                          V     V
///    |  CLOSE                 +---------+
///    | -------                |  ESTAB  |
///    | snd FIN                +---------+
///    |                 CLOSE    |     |    rcv FIN
///    V                -------   |     |    -------
/// +---------+         snd FIN  /       \   snd ACK         +---------+
/// |  FIN    |&lt;----------------          ------------------&gt;|  CLOSE  |
/// | WAIT-1  |------------------                            |   WAIT  |
/// +---------+          rcv FIN  \                          +---------+
///   | rcv ACK of FIN   -------   |                          CLOSE  |
///   | --------------   snd ACK   |                         ------- |
///   V        x                   V                         snd FIN V
/// +---------+               +---------+                    +---------+
/// |FINWAIT-2|               | CLOSING |                    | LAST-ACK|
/// +---------+               +---------+                    +---------+
///   |              rcv ACK of FIN |                 rcv ACK of FIN |
///   |  rcv FIN     -------------- |    Timeout=2MSL -------------- |
///   |  -------            x       V    ------------        x       V
///    \ snd ACK              +---------+delete TCB          +---------+
///      --------------------&gt;|TIME-WAIT|-------------------&gt;| CLOSED  |
///                           +---------+                    +---------+
/// </code>
/// Note 2 (FIN-WAIT-1 to TIME-WAIT at once) is ReceiveAckOfFin followed by ReceiveFin, in the order
/// of §3.10.7.4. A pair that the RFC leaves as it is, or that cannot occur, keeps the state.
/// </remarks>
public static class StateTable
{
    /// <summary>The state after an event.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="occurs">The event.</param>
    /// <param name="passive">Whether the connection came from LISTEN (note 1, MUST-11).</param>
    public static TcpState Next(TcpState state, StateEvent occurs, bool passive) => state switch
    {
        TcpState.Closed => FromClosed(occurs),
        TcpState.Listen => FromListen(occurs),
        TcpState.SynSent => FromSynSent(occurs),
        TcpState.SynReceived => FromSynReceived(occurs, passive),
        TcpState.Established => FromEstablished(occurs),
        TcpState.FinWait1 => FromFinWait1(occurs),
        TcpState.FinWait2 => FromFinWait2(occurs),
        TcpState.CloseWait => FromCloseWait(occurs),
        TcpState.Closing => FromClosing(occurs),
        TcpState.LastAck => FromLastAck(occurs),
        TcpState.TimeWait => FromTimeWait(occurs),
    };

    // §3.10.1
    private static TcpState FromClosed(StateEvent e) => e switch
    {
        StateEvent.PassiveOpen => TcpState.Listen,
        StateEvent.ActiveOpen => TcpState.SynSent,
        StateEvent.Close or StateEvent.Abort or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck
            or StateEvent.ReceiveAckOfSyn or StateEvent.ReceiveFin or StateEvent.ReceiveAckOfFin
            or StateEvent.ReceiveReset or StateEvent.TimeWaitTimeout or StateEvent.UserTimeout
            => TcpState.Closed,
    };

    // §3.10.1, §3.10.2, §3.10.4, §3.10.5, §3.10.7.2
    private static TcpState FromListen(StateEvent e) => e switch
    {
        StateEvent.ActiveOpen => TcpState.SynSent,
        StateEvent.Close or StateEvent.Abort or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.ReceiveSyn => TcpState.SynReceived,
        StateEvent.PassiveOpen or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveFin or StateEvent.ReceiveAckOfFin or StateEvent.ReceiveReset
            or StateEvent.TimeWaitTimeout => TcpState.Listen,
    };

    // §3.10.4, §3.10.5, §3.10.7.3, §3.10.8
    private static TcpState FromSynSent(StateEvent e) => e switch
    {
        StateEvent.ReceiveSyn => TcpState.SynReceived,
        StateEvent.ReceiveSynAck => TcpState.Established,
        StateEvent.Close or StateEvent.Abort or StateEvent.ReceiveReset
            or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveFin or StateEvent.ReceiveAckOfFin
            or StateEvent.TimeWaitTimeout => TcpState.SynSent,
    };

    // §3.10.4, §3.10.5, §3.10.7.4
    private static TcpState FromSynReceived(StateEvent e, bool passive) => e switch
    {
        StateEvent.ReceiveAckOfSyn or StateEvent.ReceiveSynAck => TcpState.Established,
        StateEvent.Close => TcpState.FinWait1,
        StateEvent.ReceiveFin => TcpState.CloseWait,
        StateEvent.ReceiveReset => passive ? TcpState.Listen : TcpState.Closed,
        StateEvent.ReceiveSyn => passive ? TcpState.Listen : TcpState.SynReceived,
        StateEvent.Abort or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.ReceiveAckOfFin
            or StateEvent.TimeWaitTimeout => TcpState.SynReceived,
    };

    private static TcpState FromEstablished(StateEvent e) => e switch
    {
        StateEvent.Close => TcpState.FinWait1,
        StateEvent.ReceiveFin => TcpState.CloseWait,
        StateEvent.Abort or StateEvent.ReceiveReset or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.ReceiveSyn
            or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveAckOfFin or StateEvent.TimeWaitTimeout => TcpState.Established,
    };

    private static TcpState FromFinWait1(StateEvent e) => e switch
    {
        StateEvent.ReceiveAckOfFin => TcpState.FinWait2,
        StateEvent.ReceiveFin => TcpState.Closing,
        StateEvent.Abort or StateEvent.ReceiveReset or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.Close
            or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.TimeWaitTimeout => TcpState.FinWait1,
    };

    private static TcpState FromFinWait2(StateEvent e) => e switch
    {
        StateEvent.ReceiveFin => TcpState.TimeWait,
        StateEvent.Abort or StateEvent.ReceiveReset or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.Close
            or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveAckOfFin or StateEvent.TimeWaitTimeout => TcpState.FinWait2,
    };

    private static TcpState FromCloseWait(StateEvent e) => e switch
    {
        StateEvent.Close => TcpState.LastAck,
        StateEvent.Abort or StateEvent.ReceiveReset or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.ReceiveSyn
            or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn or StateEvent.ReceiveFin
            or StateEvent.ReceiveAckOfFin or StateEvent.TimeWaitTimeout => TcpState.CloseWait,
    };

    private static TcpState FromClosing(StateEvent e) => e switch
    {
        StateEvent.ReceiveAckOfFin => TcpState.TimeWait,
        StateEvent.Abort or StateEvent.ReceiveReset or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.Close
            or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveFin or StateEvent.TimeWaitTimeout => TcpState.Closing,
    };

    private static TcpState FromLastAck(StateEvent e) => e switch
    {
        StateEvent.ReceiveAckOfFin or StateEvent.Abort or StateEvent.ReceiveReset
            or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.Close
            or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveFin or StateEvent.TimeWaitTimeout => TcpState.LastAck,
    };

    private static TcpState FromTimeWait(StateEvent e) => e switch
    {
        StateEvent.TimeWaitTimeout or StateEvent.Abort or StateEvent.ReceiveReset
            or StateEvent.UserTimeout => TcpState.Closed,
        StateEvent.PassiveOpen or StateEvent.ActiveOpen or StateEvent.Close
            or StateEvent.ReceiveSyn or StateEvent.ReceiveSynAck or StateEvent.ReceiveAckOfSyn
            or StateEvent.ReceiveFin or StateEvent.ReceiveAckOfFin => TcpState.TimeWait,
    };
}
