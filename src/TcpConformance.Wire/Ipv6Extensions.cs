using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Walks IPv6 extension headers (RFC 8200 §4).</summary>
public static class Ipv6Extensions
{
    private const byte HopByHop = 0;
    private const byte Routing = 43;
    private const byte FragmentHeader = 44;
    private const byte Authentication = 51;
    private const byte Destination = 60;

    /// <summary>Moves <paramref name="rest"/> behind the extension headers.</summary>
    /// <param name="next">Next-header value, replaced by the one of the upper layer.</param>
    /// <param name="rest">What follows, cut accordingly.</param>
    public static PacketDefect Walk(ref byte next, ref ReadOnlySpan<byte> rest) =>
        Walk(ref next, ref rest, out _);

    // Says too whether the upper layer begins here: not behind an offset or a cut header.
    internal static PacketDefect Walk(
        ref byte next, ref ReadOnlySpan<byte> rest, out bool reached)
    {
        reached = false;
        PacketDefect defect = PacketDefect.None;
        while (next is HopByHop or Routing or FragmentHeader or Authentication or Destination)
        {
            if (rest.Length < 8)
            {
                return PacketDefect.BadExtensionHeader;
            }
            int length = next switch
            {
                FragmentHeader => 8,
                Authentication => (rest[1] + 2) * 4,
                _ => (rest[1] + 1) * 8,
            };
            if (length > rest.Length)
            {
                return PacketDefect.BadExtensionHeader;
            }
            // Offset or the M flag (RFC 8200 §4.5); an atomic fragment has neither.
            ushort field = next == FragmentHeader
                ? BinaryPrimitives.ReadUInt16BigEndian(rest[2..])
                : (ushort)0;
            next = rest[0];
            rest = rest[length..];
            if ((field & 0xfff9) != 0)
            {
                defect = PacketDefect.Fragment;
            }
            if ((field & 0xfff8) != 0)
            {
                return defect; // what follows is the middle of something, not a header
            }
        }
        reached = true;
        return defect;
    }
}
