using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpConformance.Wire;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
internal static unsafe class SocketName
{
    internal const int Size = 28;

    internal static int FamilyOf(IpAddress address) =>
        address.IsV6 ? Libc.FamilyV6 : Libc.FamilyV4;

    /// <summary>Writes the structure and tells its length in octets.</summary>
    internal static uint Write(SocketAddress socket, Span<byte> name)
    {
        name[..Size].Clear();
        MemoryMarshal.Write(name, (ushort)FamilyOf(socket.Address));
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], socket.Port);
        socket.Address.Write(name[(socket.Address.IsV6 ? 8 : 4)..]);
        return socket.Address.IsV6 ? 28u : 16u;
    }

    internal static SocketAddress Read(ReadOnlySpan<byte> name)
    {
        bool v6 = MemoryMarshal.Read<ushort>(name) == Libc.FamilyV6;
        return new SocketAddress(
            IpAddress.Read(v6 ? name[8..24] : name[4..8]),
            BinaryPrimitives.ReadUInt16BigEndian(name[2..]));
    }

    /// <summary>The socket's own address and port.</summary>
    internal static SocketAddress Own(int fd)
    {
        byte* name = stackalloc byte[Size];
        uint length = Size;
        _ = Libc.SocketName(fd, name, &length);
        return Read(new ReadOnlySpan<byte>(name, Size));
    }
}
