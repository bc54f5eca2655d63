using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>What the tester knows of one connection of a session: the variables of RFC 9293
/// §3.3.1 at its own end.</summary>
internal sealed class SessionEnd(SocketPair pair, OpenStep open, SeqNumber iss)
{
    private const int MostRanges = 32;

    // A FIN further ahead is in no window, and ends nothing.
    private const int MostAhead = 70_000;
    private readonly List<SackBlock> _held = [];
    private SackBlock _newest;
    private SeqNumber _sentMost = iss;
    private SeqNumber? _synAcked;

    public SocketPair Pair { get; } = pair;

    public OpenStep Open { get; } = open;

    public SeqNumber Iss { get; } = iss;

    public SeqNumber SndNxt { get; set; } = iss;

    public SeqNumber SndUna { get; private set; } = iss;

    public SeqNumber SndEdge { get; private set; } = iss;

    public SeqNumber? Fin { get; set; }

    public SeqNumber Irs { get; private set; }

    public SeqNumber RcvNxt { get; private set; }

    public SeqNumber RcvMax { get; private set; }

    public SeqNumber LastAck { get; private set; }

    public uint TsRecent { get; private set; }

    public ushort Window { get; set; } = open.Window;

    public TcpOptions? IutOffer { get; private set; }

    public bool IsReset { get; private set; }

    /// <summary>Whether the tester has reset the connection: a SYN of the IUT begins another.
    /// </summary>
    public bool ResetSent { get; set; }

    public List<byte[]> Sent { get; } = [];

    public ReadOnlyMemory<byte> LastPacket { get; set; }

    public SessionUser User { get; init; } = new();

    public SessionFlow? Flow { get; set; }

    public bool TimestampsOn => Open.Timestamps && Offers(TcpOptionSet.Timestamps);

    public bool SackOn => Open.Sack && Offers(TcpOptionSet.SackPermitted);

    public bool ShiftOn => Open.Shift is not null && Offers(TcpOptionSet.WindowScale);

    /// <summary>The text's place of a sequence number: 0 is the first octet.</summary>
    public int PlaceOf(SeqNumber seq) => seq - (Iss + 1);

    public SeqNumber SeqOf(SegmentStep s) => s.Seq switch
    {
        SeqEdge.Next => SndNxt,
        SeqEdge.Una => SndUna,
        SeqEdge.Edge => SndEdge,
        SeqEdge.Iss => Iss,
        SeqEdge.Fin => Fin ?? SndNxt,
        SeqEdge.Zero => default(SeqNumber),
    } + s.SeqOffset;

    public SeqNumber AckOf(SegmentStep s) => s.Ack switch
    {
        AckEdge.All => RcvNxt,
        AckEdge.Una => LastAck,
        AckEdge.Max => RcvMax,
        AckEdge.Irs => Irs,
        AckEdge.Zero => default(SeqNumber),
    } + s.AckOffset;

    /// <summary>The tester has acknowledged so far.</summary>
    public void Acknowledged(SeqNumber ack)
    {
        if (IutOffer is not null && ack > LastAck && ack <= RcvMax)
        {
            LastAck = ack;
            if (ack > RcvNxt)
            {
                RcvNxt = ack;
                Join();
            }
        }
    }

    /// <summary>Whether a FIN at this place would contradict what was sent before, and may still
    /// be held by the IUT: a stream has one end, and no text behind it.</summary>
    public bool ContradictsFin(SeqNumber place) => place - SndNxt <= MostAhead
        && (Fin is SeqNumber fin ? place != fin && SndUna <= fin : place < _sentMost
            && place >= SndUna && _sentMost > SndUna);

    /// <summary>A segment has gone out, or was lost on its way out.</summary>
    public void Advance(TcpFlags flags, SeqNumber seq, SeqNumber end)
    {
        if (flags.HasAny(TcpFlags.Rst) || end <= SndNxt || end - SndNxt > MostAhead
            || (flags.HasAny(TcpFlags.Syn) && seq != Iss))
        {
            return;
        }
        _sentMost = SeqNumber.Max(_sentMost, end);
        if (flags.HasAny(TcpFlags.Fin))
        {
            Fin ??= end - 1;
        }
        if (seq <= SndNxt)
        {
            SndNxt = end;
        }
    }

    /// <summary>A segment of the IUT.</summary>
    /// <param name="h">Its header.</param>
    /// <param name="isLost">It has left the IUT and does not arrive.</param>
    public void Take(in TcpHeader h, bool isLost)
    {
        bool fresh = h.Seq != Irs || ResetSent
            || (h.Has(TcpFlags.Ack) && _synAcked is SeqNumber acked && h.Ack != acked);
        if (h.Has(TcpFlags.Syn) && (IutOffer is null || fresh))
        {
            // Another connection of the same pair: it isn't the one that the user has.
            User.IsStranded |= IutOffer is not null && User.IsOpen && !User.IsGone;
            User.IsGone |= IutOffer is not null;
            ResetSent = false;
            IutOffer = h.Options;
            _synAcked = h.Has(TcpFlags.Ack) ? h.Ack : null;
            Irs = h.Seq;
            RcvNxt = h.Seq;
            RcvMax = h.Seq;
            LastAck = h.Seq;
            TsRecent = h.Options.TsVal;
            _held.Clear();
        }
        IsReset |= h.Has(TcpFlags.Rst);
        if (h.Has(TcpFlags.Rst) || IutOffer is null)
        {
            return;
        }
        RcvMax = SeqNumber.Max(RcvMax, h.End);
        if (isLost)
        {
            return;
        }
        if (h.Has(TcpFlags.Ack))
        {
            SndUna = h.Ack > SndUna && h.Ack <= SndNxt ? h.Ack : SndUna;
            int shift = ShiftOn && !h.Has(TcpFlags.Syn)
                ? Math.Min((int)IutOffer.Value.WindowScale, 14)
                : 0;
            SndEdge = h.Ack + ((uint)h.Window << shift);
        }
        if (h.SegLen > 0 && (Window > 0 || h.TextLength == 0))
        {
            Hold(new SackBlock(h.Seq, h.End));
        }
        if (h.Seq <= RcvNxt && h.Options.Has(TcpOptionSet.Timestamps))
        {
            TsRecent = h.Options.TsVal;
        }
    }

    /// <summary>Blocks beyond a hole, the newest first (RFC 2018 §4).</summary>
    public SackBlock[] SackBlocks()
    {
        if (!SackOn || _held.Count == 0)
        {
            return [];
        }
        int most = Math.Min(TimestampsOn ? 3 : 4, _held.Count);
        return _held.OrderByDescending(b => b.Left <= _newest.Left && b.Right >= _newest.Right)
            .Take(most).ToArray();
    }

    private bool Offers(TcpOptionSet option) => IutOffer is TcpOptions o && o.Has(option);

    private void Hold(SackBlock block)
    {
        if (block.Right <= RcvNxt)
        {
            return;
        }
        _newest = block;
        if (block.Left <= RcvNxt)
        {
            RcvNxt = block.Right;
            Join();
            return;
        }
        SeqNumber left = block.Left;
        SeqNumber right = block.Right;
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            if (_held[i].Left <= right && _held[i].Right >= left)
            {
                left = SeqNumber.Min(left, _held[i].Left);
                right = SeqNumber.Max(right, _held[i].Right);
                _held.RemoveAt(i);
            }
        }
        if (_held.Count < MostRanges)
        {
            _held.Add(new SackBlock(left, right));
        }
    }

    private void Join()
    {
        int at;
        while (_held.Count > 0 && (at = _held.FindIndex(b => b.Left <= RcvNxt)) >= 0)
        {
            RcvNxt = SeqNumber.Max(RcvNxt, _held[at].Right);
            _held.RemoveAt(at);
        }
    }
}

/// <summary>The IUT's user of one connection.</summary>
internal sealed class SessionUser
{
    /// <summary>Whether the user still has a connection that another one has replaced; calls would
    /// be ambiguous.</summary>
    public bool IsStranded { get; set; }

    /// <summary>Whether CONNECT or ACCEPT has been called.</summary>
    public bool HasAsked { get; set; }

    /// <summary>Whether the connection is the user's.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether the user has closed or aborted it, or was told of its end.</summary>
    public bool IsGone { get; set; }

    /// <summary>A RECEIVE has not returned.</summary>
    public bool IsReceiving { get; set; }

    /// <summary>A SEND has not returned.</summary>
    public bool IsSending { get; set; }

    /// <summary>No more text will come.</summary>
    public bool HasEnd { get; set; }

    /// <summary>Whether CONNECT or ACCEPT has not returned.</summary>
    public bool IsWaiting => HasAsked && !IsOpen && !IsGone;

    /// <summary>Octets given to SEND.</summary>
    public int Given { get; set; }
}
