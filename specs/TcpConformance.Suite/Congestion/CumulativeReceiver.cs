using TcpConformance.Harness.Lower;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Congestion;

/// <summary>The tester as a receiver without SACK: what it has, what is lost on the way to it,
/// and the ACK of each segment that arrives (RFC 5681 §4.2).</summary>
/// <param name="peer">The tester's end.</param>
internal sealed class CumulativeReceiver(Peer peer)
{
    private readonly List<(SeqNumber Left, SeqNumber Right)> _held = [];

    /// <summary>RCV.NXT of this receiver.</summary>
    public SeqNumber Next { get; private set; } = peer.RcvNxt;

    /// <summary>A segment arrives and is acknowledged.</summary>
    public void Arrive(ReceivedSegment segment)
    {
        if (segment.TextLength > 0)
        {
            _held.Add((segment.Seq, segment.End));
            Join();
        }
        peer.SendAck(ack: Next);
    }

    private void Join()
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            foreach ((SeqNumber left, SeqNumber right) in _held)
            {
                if (left <= Next && right > Next)
                {
                    Next = right;
                    moved = true;
                }
            }
        }
        _held.RemoveAll(h => h.Right <= Next);
    }
}
