using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>The ISNs that an IUT has chosen for the connections of one case (RFC 9293 §3.4.1,
/// RFC 6528).</summary>
/// <remarks>Of one pair of sockets RFC 6528 lets the ISNs follow a clock that everybody can read;
/// only those of different pairs must not be computable from each other.</remarks>
internal sealed class IsnBook
{
    // With so many pairs the chance that good ISNs look computable is below 2^-35.
    private const int Enough = 8;

    // Neighbours that are nearer than this follow a clock or a counter alone.
    private const int Near = 1 << 26;

    private const uint LowBits = 0xff;

    // The clock of RFC 9293 §3.4.1 ticks "roughly every 4 microseconds": two connections of one
    // pair within a tick have the same ISN. Only in virtual time is that possible.
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(8);

    private readonly Dictionary<SocketPair, Latest> _latest = [];
    private readonly List<SeqNumber> _ofPairs = [];
    private readonly HashSet<SeqNumber> _all = [];
    private bool _told;

    /// <summary>Another case begins.</summary>
    public void Clear()
    {
        _latest.Clear();
        _ofPairs.Clear();
        _all.Clear();
        _told = false;
    }

    /// <summary>A new connection has begun.</summary>
    /// <param name="pair">Its sockets.</param>
    /// <param name="syn">The IUT's SYN or SYN,ACK.</param>
    /// <param name="at">When it came.</param>
    /// <returns>The rule that its ISN breaks; None if none.</returns>
    public RuleId Began(SocketPair pair, in TcpHeader syn, TimeSpan at)
    {
        bool again = _latest.TryGetValue(pair, out Latest before);
        _latest[pair] = new Latest(syn.Seq, syn.Has(TcpFlags.Ack) ? syn.Ack : null, at);
        if (again)
        {
            // Only what acknowledges another SYN is surely no retransmission; and what acknowledges
            // one after a SYN alone may be its answer in a simultaneous open.
            bool other = syn.Has(TcpFlags.Ack) && before.Ack is SeqNumber ack && syn.Ack != ack
                && at - before.At > Tick;
            return other && syn.Seq == before.Iss ? RuleId.IsnRepeats : RuleId.None;
        }
        if (!_all.Add(syn.Seq))
        {
            return RuleId.IsnRepeats; // MUST-8
        }
        _ofPairs.Add(syn.Seq);
        if (_told || _ofPairs.Count < Enough || !IsComputable())
        {
            return RuleId.None;
        }
        _told = true;
        return RuleId.IsnPredictable; // MUST-9
    }

    private bool IsComputable()
    {
        bool near = true;
        bool sameStep = true;
        bool sameLowBits = true;
        int step = _ofPairs[1] - _ofPairs[0];
        for (int i = 1; i < _ofPairs.Count; i++)
        {
            int difference = _ofPairs[i] - _ofPairs[i - 1];
            near &= difference is > -Near and < Near;
            sameStep &= difference == step;
            sameLowBits &= (difference & LowBits) == 0;
        }
        return near || sameStep || sameLowBits;
    }

    private readonly record struct Latest(SeqNumber Iss, SeqNumber? Ack, TimeSpan At);
}
