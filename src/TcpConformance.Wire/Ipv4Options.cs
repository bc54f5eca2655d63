namespace TcpConformance.Wire;

/// <summary>IPv4 option types (RFC 791 §3.1, RFC 2113).</summary>
public enum Ipv4OptionType : byte
{
    /// <summary>End of option list, one octet.</summary>
    EndOfList = 0,
    /// <summary>No operation, one octet.</summary>
    NoOperation = 1,
    /// <summary>Record route.</summary>
    RecordRoute = 7,
    /// <summary>Internet timestamp.</summary>
    Timestamp = 68,
    /// <summary>Security.</summary>
    Security = 130,
    /// <summary>Loose source and record route.</summary>
    LooseSourceRoute = 131,
    /// <summary>Stream identifier.</summary>
    StreamId = 136,
    /// <summary>Strict source and record route.</summary>
    StrictSourceRoute = 137,
    /// <summary>Router alert (RFC 2113).</summary>
    RouterAlert = 148,
}

/// <summary>The rule that the option octets of an IPv4 header break.</summary>
public enum Ipv4OptionDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>A type stands at the very end: there is no length.</summary>
    LengthMissing,
    /// <summary>A length below 2.</summary>
    LengthTooSmall,
    /// <summary>An option reaches past the header.</summary>
    PastHeader,
    /// <summary>The pointer of a route or timestamp option lies before its data.</summary>
    BadPointer,
}

/// <summary>Walks the option octets of an IPv4 header (RFC 791 §3.1): a 'foreach' over it gives
/// the options that can be framed; allocates nothing and never throws.</summary>
public ref struct Ipv4Options
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>A walk from the first option.</summary>
    /// <param name="options">The octets, as <see cref="PacketView.Extensions"/> gives them.</param>
    public Ipv4Options(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>The option that the walk has reached: type, length and data.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Its type.</summary>
    public readonly Ipv4OptionType Type => Current.IsEmpty ? default : (Ipv4OptionType)Current[0];

    /// <summary>The first rule that was found broken so far.</summary>
    public Ipv4OptionDefect Defect { get; private set; }

    /// <summary>For 'foreach'.</summary>
    public readonly Ipv4Options GetEnumerator() => this;

    /// <summary>The first rule that the octets break.</summary>
    public static Ipv4OptionDefect Check(ReadOnlySpan<byte> options)
    {
        Ipv4Options walk = new(options);
        while (walk.MoveNext())
        {
        }
        return walk.Defect;
    }

    /// <summary>Goes to the next option; no-operation counts, end of list doesn't.</summary>
    public bool MoveNext()
    {
        Current = default;
        if (_rest.IsEmpty || _rest[0] == (byte)Ipv4OptionType.EndOfList)
        {
            return false;
        }
        if (_rest[0] == (byte)Ipv4OptionType.NoOperation)
        {
            return Step(1);
        }
        if (_rest.Length == 1)
        {
            return Stop(Ipv4OptionDefect.LengthMissing);
        }
        int length = _rest[1];
        if (length < 2)
        {
            return Stop(Ipv4OptionDefect.LengthTooSmall);
        }
        if (length > _rest.Length)
        {
            return Stop(Ipv4OptionDefect.PastHeader);
        }
        CheckPointer(_rest[..length]);
        return Step(length);
    }

    // "the smallest legal value for the pointer is 4", for timestamps 5 (RFC 791 §3.1).
    private void CheckPointer(ReadOnlySpan<byte> option)
    {
        int smallest = (Ipv4OptionType)option[0] switch
        {
            Ipv4OptionType.RecordRoute or Ipv4OptionType.LooseSourceRoute
                or Ipv4OptionType.StrictSourceRoute => 4,
            Ipv4OptionType.Timestamp => 5,
            _ => 0,
        };
        if (smallest != 0 && (option.Length < smallest - 1 || option[2] < smallest)
            && Defect == Ipv4OptionDefect.None)
        {
            Defect = Ipv4OptionDefect.BadPointer;
        }
    }

    private bool Step(int length)
    {
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool Stop(Ipv4OptionDefect defect)
    {
        _rest = default;
        Defect = Defect == Ipv4OptionDefect.None ? defect : Defect;
        return false;
    }
}
