namespace TcpConformance.Wire;

/// <summary>One option as it stands in the header.</summary>
public readonly ref struct OptionEntry
{
    internal OptionEntry(TcpOptionKind kind, ReadOnlySpan<byte> body, SegmentDefect defect)
    {
        Kind = kind;
        Body = body;
        Defect = defect;
    }

    /// <summary>Kind; may be one that the enum doesn't name.</summary>
    public TcpOptionKind Kind { get; }

    /// <summary>What follows kind and length; behind an end of list and where the length can't
    /// be followed, all the rest.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The rule that this option breaks.</summary>
    public SegmentDefect Defect { get; }
}

/// <summary>Walks the option octets of a header (RFC 9293 §3.1): a 'foreach' over it gives every
/// option, the malformed ones included; allocates nothing and never throws.</summary>
public ref struct OptionList
{
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _body;
    private TcpOptions _seen;
    private TcpOptionKind _kind;
    private SegmentDefect _defect;

    /// <summary>A walk from the first option.</summary>
    /// <param name="options">The octets, as <see cref="SegmentView.OptionBytes"/> gives
    /// them.</param>
    public OptionList(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>The option that the walk has reached.</summary>
    public readonly OptionEntry Current => new(_kind, _body, _defect);

    /// <summary>For 'foreach'.</summary>
    public readonly OptionList GetEnumerator() => this;

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }
        _kind = (TcpOptionKind)_rest[0];
        int length = Length();
        ReadOnlySpan<byte> option = _rest[..length];
        _defect = OptionReader.Walk(option, ref _seen);
        _body = option[Math.Min(HeadLength(), length)..];
        _rest = _rest[length..];
        return true;
    }

    // All the rest where there is no way on.
    private readonly int Length()
    {
        if (_kind == TcpOptionKind.NoOperation)
        {
            return 1;
        }
        bool framed = _kind != TcpOptionKind.EndOfList && _rest.Length > 1 && _rest[1] >= 2;
        return framed ? Math.Min(_rest[1], _rest.Length) : _rest.Length;
    }

    private readonly int HeadLength() =>
        _kind is TcpOptionKind.NoOperation or TcpOptionKind.EndOfList ? 1 : 2;
}
