using TcpConformance.Wire;

namespace TcpConformance.Differential;

/// <summary>What crossed the link on one pair of sockets so far, as far as names for numbers
/// need it (RFC 9293 §3.3.1).</summary>
internal sealed class ConnectionView
{
    private SeqNumber? _testerIss;
    private SeqNumber _testerNext;
    private SeqNumber _lastSeq;
    private SeqNumber _lastEnd;
    private SeqNumber? _asked;
    private SeqNumber? _iss;
    private SeqNumber _sndUna;
    private SeqNumber _sndNxt;
    private SeqNumber? _lastAck;
    private SeqNumber _edge;
    private int _shift;
    private bool _testerScales;
    private bool _finSent;
    private bool _isFresh = true;
    private bool _nothingOut = true;

    /// <summary>Octets that the user has received.</summary>
    public long Received { get; set; }

    /// <summary>Whether the user has closed or aborted: what its other calls come to then is
    /// between it and the stack.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Whether the user has closed before it had the connection.</summary>
    public bool IsClosedEarly { get; set; }

    /// <summary>Whether CONNECT or ACCEPT has come to an end.</summary>
    public bool IsTold { get; set; }

    /// <summary>Octets of text that the tester has sent in order.</summary>
    public long Sent => _testerIss is SeqNumber iss ? _testerNext - iss - (_finSent ? 2 : 1) : 0;

    /// <summary>Another connection of the same pair begins.</summary>
    public void Open()
    {
        _isFresh = true;
        _finSent = false;
        Received = 0;
        IsLeft = false;
        IsClosedEarly = false;
        IsTold = false;
    }

    /// <summary>A step begins.</summary>
    public void Begin() => _nothingOut = _sndUna == _sndNxt;

    /// <summary>The tester has sent a segment without a fault.</summary>
    public void ToIut(in TcpHeader h)
    {
        _lastSeq = h.Seq;
        _lastEnd = h.End;
        if (h.Has(TcpFlags.Ack))
        {
            _asked = h.Ack;
            _sndUna = _iss is not null && h.Ack > _sndUna && h.Ack <= _sndNxt ? h.Ack : _sndUna;
        }
        if (h.Has(TcpFlags.Syn) && (_testerIss is null || _isFresh))
        {
            _isFresh = false;
            _testerIss = h.Seq;
            _testerNext = h.End;
            _testerScales = h.Options.Has(TcpOptionSet.WindowScale);
            _finSent = h.Has(TcpFlags.Fin);
            return;
        }
        if (_testerIss is not null && !h.Has(TcpFlags.Rst) && !h.Has(TcpFlags.Syn)
            && h.Seq <= _testerNext && h.End > _testerNext && h.End - _testerNext < 70_000)
        {
            _testerNext = h.End;
            _finSent |= h.Has(TcpFlags.Fin);
        }
    }

    /// <summary>The IUT has sent a segment.</summary>
    public IEnumerable<Reaction> FromIut(TcpHeader h)
    {
        AckPlaces ack = h.Has(TcpFlags.Ack) ? AckPlacesOf(h.Ack) : AckPlaces.None;
        if (h.Has(TcpFlags.Rst))
        {
            return Rst(in h, ack);
        }
        return h.Has(TcpFlags.Syn) ? Syn(in h, ack) : Other(h, ack);
    }

    private List<Reaction> Rst(in TcpHeader h, AckPlaces ack)
    {
        SeqPlaces seq = SeqPlacesOf(h.Seq);
        // In answer to a segment without ACK only SEG.ACK says for what it is (RFC 9293 §3.5.2);
        // else whether there is one is open.
        bool named = (seq & (SeqPlaces.Next | SeqPlaces.Una | SeqPlaces.Asked)) != 0;
        var rst = new Reaction(ReactionKind.Rst)
        {
            Seq = seq,
            Ack = named ? AckPlaces.None : ack,
        };
        return h.Options.Has(TcpOptionSet.Timestamps)
            ? [rst, new Reaction(ReactionKind.Option) { Detail = "RST with timestamps" }]
            : [rst];
    }

    private List<Reaction> Syn(in TcpHeader h, AckPlaces ack)
    {
        bool isNew = _iss != h.Seq;
        if (isNew)
        {
            _iss = h.Seq;
            _sndUna = h.Seq;
            _sndNxt = h.End;
        }
        bool scales = h.Options.Has(TcpOptionSet.WindowScale) && _testerScales;
        _shift = scales ? Math.Min((int)h.Options.WindowScale, 14) : 0;
        Acknowledge(in h, 0);
        if (!isNew)
        {
            return [new Reaction(ReactionKind.Again) { Detail = "SYN", IsOptional = true }];
        }
        return
        [
            new Reaction(ReactionKind.Syn)
            {
                Ack = ack & (AckPlaces.All | AckPlaces.SegmentEnd),
            },
            new Reaction(ReactionKind.Option) { Detail = "SYN " + Options(in h) },
        ];
    }

    private List<Reaction> Other(TcpHeader h, AckPlaces ack)
    {
        List<Reaction> all = [];
        SeqNumber next = _sndNxt;
        bool isNew = _iss is null || h.End > next;
        if (h.SegLen > 0 && !isNew)
        {
            all.Add(new Reaction(ReactionKind.Again) { Detail = "text", IsOptional = true });
        }
        if (h.SegLen > 0 && isNew)
        {
            // What is behind something unacknowledged may have to wait for it.
            bool fin = h.Has(TcpFlags.Fin);
            if (h.TextLength > 0)
            {
                all.Add(new Reaction(ReactionKind.Text) { IsOptional = !_nothingOut });
            }
            if (fin)
            {
                all.Add(new Reaction(ReactionKind.Fin) { IsOptional = !_nothingOut });
            }
            _sndNxt = h.End;
        }
        bool advances = _lastAck is not SeqNumber last || h.Ack != last;
        bool moves = h.Ack + ((uint)h.Window << _shift) != _edge;
        bool probes = _iss is not null && h.Seq < next && h.SegLen == 0;
        if (h.Has(TcpFlags.Ack))
        {
            // When new text is acknowledged is open for half a second; so are window updates.
            all.Add(new Reaction(ReactionKind.Ack)
            {
                Ack = ack,
                IsOptional = h.SegLen > 0 || advances || moves || probes,
            });
            Acknowledge(in h, _shift);
        }
        else if (h.SegLen == 0)
        {
            all.Add(new Reaction(ReactionKind.Ack) { Detail = "without the ACK bit" });
        }
        return all;
    }

    private void Acknowledge(in TcpHeader h, int shift)
    {
        if (h.Has(TcpFlags.Ack))
        {
            _lastAck = h.Ack;
            _edge = h.Ack + ((uint)h.Window << shift);
        }
    }

    private SeqPlaces SeqPlacesOf(SeqNumber seq)
    {
        SeqPlaces places = seq.Value == 0 ? SeqPlaces.Zero : SeqPlaces.None;
        places |= seq == _asked ? SeqPlaces.Asked : SeqPlaces.None;
        if (_iss is not null)
        {
            places |= seq == _sndNxt ? SeqPlaces.Next : SeqPlaces.None;
            places |= seq == _sndUna ? SeqPlaces.Una : SeqPlaces.None;
            places |= seq > _sndUna && seq < _sndNxt ? SeqPlaces.Between : SeqPlaces.None;
        }
        return places == SeqPlaces.None ? SeqPlaces.Elsewhere : places;
    }

    private AckPlaces AckPlacesOf(SeqNumber ack)
    {
        AckPlaces places = ack.Value == 0 ? AckPlaces.Zero : AckPlaces.None;
        places |= ack == _lastEnd ? AckPlaces.SegmentEnd : AckPlaces.None;
        places |= ack == _lastSeq ? AckPlaces.Segment : AckPlaces.None;
        places |= ack == _lastAck ? AckPlaces.Same : AckPlaces.None;
        if (_testerIss is SeqNumber iss)
        {
            places |= ack == _testerNext ? AckPlaces.All : AckPlaces.None;
            SeqNumber from = _lastAck ?? iss;
            places |= ack > from && ack < _testerNext ? AckPlaces.Part : AckPlaces.None;
        }
        return places == AckPlaces.None ? AckPlaces.Elsewhere : places;
    }

    private static string Options(in TcpHeader h)
    {
        List<string> names = [];
        Add(in h, TcpOptionSet.Mss, "MSS");
        Add(in h, TcpOptionSet.WindowScale, "window scale");
        Add(in h, TcpOptionSet.SackPermitted, "SACK-permitted");
        Add(in h, TcpOptionSet.Timestamps, "timestamps");
        return names.Count == 0 ? "without options" : "with " + string.Join(", ", names);

        void Add(in TcpHeader h, TcpOptionSet option, string name)
        {
            if (h.Options.Has(option))
            {
                names.Add(name);
            }
        }
    }
}
