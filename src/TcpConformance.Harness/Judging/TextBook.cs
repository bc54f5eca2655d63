using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>The octets of one connection, as far as they are needed to compare: what the user gave,
/// what is outstanding, and what the peer has sent.</summary>
internal sealed class TextBook
{
    // More than that isn't compared.
    private const int Limit = 4 << 20;
    private const int MostStreams = 8;

    private GivenText? _given; // null as long as the user gives nothing
    // By the first octet's number of each SYN that has come, the newest last: which of them the
    // IUT believed is not known when it comes.
    private readonly List<(SeqNumber First, OctetStore Store)> _fromPeer = new(1);
    private OctetRing? _outstanding;
    private SeqNumber _iutFirst;
    private int _sentTo; // octets of the user that have been seen on the wire
    private bool _iutKnown;
    private SeqNumber _iutUna;

    /// <summary>Since when there has been text of the user that the peer has not acknowledged, if
    /// there is any.</summary>
    public TimeSpan? GivenSince => _given?.Since;

    /// <summary>The IUT's SYN had this sequence number.</summary>
    public void Begin(SeqNumber iss)
    {
        _iutFirst = iss + 1u;
        _iutUna = iss;
        _iutKnown = true;
        _sentTo = 0;
        _outstanding = null;
    }

    /// <summary>A SEND has begun, see <see cref="GivenText.Begin"/>.</summary>
    public void Given(
        TimeSpan at, int call, int number, ReadOnlySpan<byte> octets, bool allDelivered)
    {
        _given ??= new GivenText(Limit);
        _given.Begin(at, call, number, octets, allDelivered);
    }

    /// <summary>A SEND has returned, see <see cref="GivenText.End"/>.</summary>
    public (int Number, uint Missing) Returned(int call, int taken) =>
        _given?.End(call, taken) ?? default;

    /// <summary>The user has taken a passive connection: what it gave before belonged to another
    /// incarnation.</summary>
    public void Accepted()
    {
        UserListens = true;
        _given = null;
    }

    /// <summary>A segment goes to the IUT: remembers its text.</summary>
    public void FromPeer(in SegmentView view)
    {
        bool syn = view.Header.Has(TcpFlags.Syn);
        SeqNumber seq = syn ? view.Header.Seq + 1u : view.Header.Seq;
        if (syn && !HasBegun(seq))
        {
            if (_fromPeer.Count == MostStreams)
            {
                _fromPeer.RemoveAt(1); // the first is the likeliest
            }
            _fromPeer.Add((seq, new OctetStore(Limit)));
        }
        if (UserListens && view.Header.TextLength > 0)
        {
            foreach ((SeqNumber first, OctetStore store) in _fromPeer)
            {
                store.Put(seq - first, view.Text);
            }
        }
    }

    private bool HasBegun(SeqNumber at)
    {
        foreach ((SeqNumber first, OctetStore _) in _fromPeer)
        {
            if (first == at)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether anybody will tell what the user received.</summary>
    public bool UserListens { get; set; }

    /// <summary>Whether these octets are what the peer sent at this place of its stream.</summary>
    /// <param name="irs">The peer's SYN that the IUT has taken.</param>
    /// <param name="offset">Octets from the beginning of the stream.</param>
    /// <param name="octets">What the user received.</param>
    public bool IsFromPeer(SeqNumber irs, int offset, ReadOnlySpan<byte> octets)
    {
        foreach ((SeqNumber first, OctetStore store) in _fromPeer)
        {
            if (first == irs + 1u)
            {
                return store.Matches(offset, octets);
            }
        }
        return true;
    }

    /// <summary>Compares a segment of the IUT with what was given and sent before.</summary>
    public RuleId FromIut(in SegmentView view)
    {
        if (!_iutKnown || view.Header.TextLength == 0 || view.Header.Has(TcpFlags.Rst))
        {
            return RuleId.None;
        }
        // A keep-alive may have an octet of garbage below what is acknowledged (RFC 9293 §3.8.4).
        if (view.Header.TextLength == 1 && view.Header.Seq < _iutUna)
        {
            return RuleId.None;
        }
        bool syn = view.Header.Has(TcpFlags.Syn);
        SeqNumber first = syn ? view.Header.Seq + 1u : view.Header.Seq;
        if (syn && first != _iutFirst)
        {
            return RuleId.None; // that of another incarnation
        }
        int offset = first - _iutFirst;
        if (_given is not null)
        {
            bool again = offset < _sentTo;
            _sentTo = Math.Max(_sentTo, offset + view.Text.Length);
            return offset < 0 || _given.Matches(offset, view.Text) ? RuleId.None
                : again ? RuleId.TextChanged
                : RuleId.TextNotFromUser;
        }
        _outstanding ??= new OctetRing();
        return _outstanding.Take(first, view.Text) ? RuleId.None : RuleId.TextChanged;
    }

    /// <summary>What lies below isn't needed any more.</summary>
    public void Acknowledged(SeqNumber una)
    {
        _iutUna = una;
        if (_outstanding is not null && _outstanding.ForgetBelow(una))
        {
            _outstanding = null;
        }
    }
}
