using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace TcpConformance.Wire;

/// <summary>An IPv4 or IPv6 address as a value without references.</summary>
public readonly record struct IpAddress
{
    private readonly ulong _high;
    private readonly ulong _low;

    private IpAddress(ulong high, ulong low, bool isV6)
    {
        _high = high;
        _low = low;
        IsV6 = isV6;
    }

    /// <summary>Whether this is an IPv6 address.</summary>
    public bool IsV6 { get; }

    /// <summary>Octets on the wire: 4 or 16.</summary>
    public int Length => IsV6 ? 16 : 4;

    /// <summary>Whether no host can have it as its own: multicast, or IPv4 limited
    /// broadcast.</summary>
    public bool IsMulticastOrBroadcast => IsV6
        ? _high >> 56 == 0xff
        : (_low >> 28) == 0xe || _low == 0xffff_ffff;

    /// <summary>The IPv4 address with these 32 bits, most significant octet first.</summary>
    public static IpAddress V4(uint bits) => new(0, bits, false);

    /// <summary>The address in network order, 4 or 16 octets long.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static IpAddress Read(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => new(0, BinaryPrimitives.ReadUInt32BigEndian(octets), false),
        16 => new(
            BinaryPrimitives.ReadUInt64BigEndian(octets),
            BinaryPrimitives.ReadUInt64BigEndian(octets[8..]), true),
        _ => throw new ArgumentException("an address has 4 or 16 octets", nameof(octets)),
    };

    // The first four octets; the caller knows that they are there.
    internal static IpAddress ReadV4(ReadOnlySpan<byte> octets) =>
        new(0, BinaryPrimitives.ReadUInt32BigEndian(octets), false);

    /// <summary>Reads the textual form.</summary>
    /// <exception cref="FormatException">Not an address.</exception>
    public static IpAddress Parse(string text)
    {
        IPAddress parsed = IPAddress.Parse(text);
        return Read(parsed.GetAddressBytes());
    }

    /// <summary>Writes <see cref="Length"/> octets in network order.</summary>
    public void Write(Span<byte> destination)
    {
        if (!IsV6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>The address <paramref name="offset"/> further on, in the last 32 bits.</summary>
    public IpAddress Plus(uint offset) => new(_high, unchecked(_low + offset), IsV6);

    /// <summary>The last 32 bits.</summary>
    public uint Low32 => unchecked((uint)_low);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        Write(octets);
        return new IPAddress(octets[..Length]).ToString();
    }
}

/// <summary>A socket in the RFC's sense: an address and a port.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="Port">The TCP port, 0 to 65535.</param>
public readonly record struct SocketAddress(IpAddress Address, ushort Port)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Address.IsV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary>The pair of sockets that names a connection (RFC 9293 §3.4.1).</summary>
/// <param name="Iut">The socket of the implementation under test, or the local one of an
/// engine.</param>
/// <param name="Tester">The other socket.</param>
public readonly record struct SocketPair(SocketAddress Iut, SocketAddress Tester)
{
    /// <summary>The pair as the other side names it.</summary>
    public SocketPair Reversed => new(Tester, Iut);

    /// <inheritdoc/>
    public override string ToString() => $"{Iut} <-> {Tester}";
}
