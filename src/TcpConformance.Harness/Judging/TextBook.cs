using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>The octets of one connection, as far as they are needed to compare: what the user gave,
/// what is outstanding, and what the peer has sent.</summary>
internal sealed class TextBook
{
    // More than that isn't compared.
    private const int Limit = 4 << 20;

    private readonly OctetStore _given = new(Limit);
    private readonly OctetStore _fromPeer = new(Limit);
    private OctetRing? _outstanding;
    private SeqNumber _iutFirst;
    private SeqNumber _peerFirst;
    private bool _peerKnown;
    private bool _iutKnown;

    /// <summary>Whether the user's octets are known.</summary>
    public bool UserGives { get; private set; }

    /// <summary>The IUT's SYN had this sequence number.</summary>
    public void Begin(SeqNumber iss)
    {
        _iutFirst = iss + 1u;
        _iutKnown = true;
        _outstanding = null;
    }

    /// <summary>The user gives these octets to be sent.</summary>
    public void Given(ReadOnlySpan<byte> octets)
    {
        UserGives = true;
        _given.Append(octets);
    }

    /// <summary>A new incarnation begins.</summary>
    public void Clear()
    {
        UserGives = false;
        _given.Clear();
        _fromPeer.Clear();
        _outstanding = null;
    }

    /// <summary>A segment goes to the IUT: remembers its text.</summary>
    public void FromPeer(in SegmentView view)
    {
        bool syn = view.Header.Has(TcpFlags.Syn);
        if (syn && (!_peerKnown || _peerFirst != view.Header.Seq + 1u))
        {
            _peerFirst = view.Header.Seq + 1u;
            _peerKnown = true;
            _fromPeer.Clear();
        }
        if (_peerKnown && UserListens && view.Header.TextLength > 0)
        {
            SeqNumber first = syn ? view.Header.Seq + 1u : view.Header.Seq;
            _fromPeer.Put(first - _peerFirst, view.Text);
        }
    }

    /// <summary>Whether anybody will tell what the user received.</summary>
    public bool UserListens { get; set; }

    /// <summary>Whether these octets are what the peer sent at this place of its stream.</summary>
    public bool IsFromPeer(int offset, ReadOnlySpan<byte> octets) =>
        _fromPeer.Matches(offset, octets);

    /// <summary>Compares a segment of the IUT with what was given and sent before.</summary>
    public RuleId FromIut(in SegmentView view)
    {
        if (!_iutKnown || view.Header.TextLength == 0 || view.Header.Has(TcpFlags.Rst))
        {
            return RuleId.None;
        }
        int offset = view.Header.Seq - _iutFirst;
        if (UserGives)
        {
            return offset >= 0 && !_given.Matches(offset, view.Text)
                ? RuleId.TextChanged
                : RuleId.None;
        }
        _outstanding ??= new OctetRing();
        return _outstanding.Take(view.Header.Seq, view.Text) ? RuleId.None : RuleId.TextChanged;
    }

    /// <summary>What lies below isn't needed any more.</summary>
    public void Acknowledged(SeqNumber una)
    {
        if (_outstanding is not null && _outstanding.ForgetBelow(una))
        {
            _outstanding = null;
        }
    }
}
