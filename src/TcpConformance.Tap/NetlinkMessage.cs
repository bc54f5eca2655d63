using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpConformance.Wire;

namespace TcpConformance.Tap;

/// <summary>A request to the kernel's routing tables (rtnetlink(7)), field by field.</summary>
internal sealed class NetlinkMessage
{
    private const int HeaderLength = 16;
    private const ushort RequestWithAck = 1 | 4;

    private readonly byte[] _octets = new byte[512];
    private int _length = HeaderLength;

    internal NetlinkMessage(ushort type, ushort flags = 0)
    {
        MemoryMarshal.Write(_octets.AsSpan(4), type);
        MemoryMarshal.Write(_octets.AsSpan(6), (ushort)(flags | RequestWithAck));
        MemoryMarshal.Write(_octets.AsSpan(8), 1u);
    }

    /// <summary>The finished message in the host's byte order.</summary>
    internal ReadOnlySpan<byte> Octets
    {
        get
        {
            MemoryMarshal.Write(_octets, (uint)_length);
            return _octets.AsSpan(0, _length);
        }
    }

    internal NetlinkMessage Octet(byte value)
    {
        _octets[_length++] = value;
        return this;
    }

    internal NetlinkMessage Short(ushort value)
    {
        MemoryMarshal.Write(_octets.AsSpan(_length), value);
        _length += 2;
        return this;
    }

    internal NetlinkMessage Word(uint value)
    {
        MemoryMarshal.Write(_octets.AsSpan(_length), value);
        _length += 4;
        return this;
    }

    internal NetlinkMessage Attribute(ushort kind, ReadOnlySpan<byte> value)
    {
        Short((ushort)(4 + value.Length)).Short(kind);
        value.CopyTo(_octets.AsSpan(_length));
        _length += (value.Length + 3) & ~3;
        return this;
    }

    internal NetlinkMessage Attribute(ushort kind, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        MemoryMarshal.Write(octets, value);
        return Attribute(kind, octets);
    }

    internal NetlinkMessage Attribute(ushort kind, IpAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.Write(octets);
        return Attribute(kind, octets[..address.Length]);
    }

    internal NetlinkMessage Attribute(ushort kind, MacAddress address)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        address.Write(octets);
        return Attribute(kind, octets);
    }

    /// <summary>The error number in the kernel's acknowledgment, 0 if all is well.</summary>
    internal static int ErrorOf(ReadOnlySpan<byte> reply) =>
        reply.Length < HeaderLength + 4
            ? Errno.Eproto
            : -MemoryMarshal.Read<int>(reply[HeaderLength..]);
}
