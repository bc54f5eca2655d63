using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>What the STATUS call returns (RFC 9293 §3.9.1.5).</summary>
/// <param name="Pair">Local (Iut) and remote (Tester) socket.</param>
/// <param name="State">The state.</param>
/// <param name="SndUna">SND.UNA.</param>
/// <param name="SndNxt">SND.NXT.</param>
/// <param name="SndWnd">SND.WND in octets.</param>
/// <param name="RcvNxt">RCV.NXT.</param>
/// <param name="RcvWnd">RCV.WND in octets.</param>
/// <param name="SendQueue">Octets handed over and not acknowledged.</param>
/// <param name="ReceiveQueue">Octets received and not read.</param>
/// <param name="Cwnd">Congestion window in octets.</param>
/// <param name="Ssthresh">Slow start threshold in octets.</param>
/// <param name="Srtt">Smoothed round-trip time, if measured.</param>
/// <param name="Rto">Retransmission timeout.</param>
/// <param name="Retransmissions">Retransmissions of the oldest segment by timeout.</param>
/// <param name="EffSndMss">Eff.snd.MSS in octets.</param>
public readonly record struct TcpStatus(
    SocketPair Pair, TcpState State, SeqNumber SndUna, SeqNumber SndNxt, uint SndWnd,
    SeqNumber RcvNxt, uint RcvWnd, int SendQueue, int ReceiveQueue, uint Cwnd, uint Ssthresh,
    TimeSpan? Srtt, TimeSpan Rto, int Retransmissions, int EffSndMss);
