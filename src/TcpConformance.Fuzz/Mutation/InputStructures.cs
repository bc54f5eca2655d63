using System.Buffers.Binary;
using System.Text;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Fuzz.Targets;

namespace TcpConformance.Fuzz.Mutation;

/// <summary>The structures of our targets' inputs.</summary>
internal static class InputStructures
{
    private const int HeaderLength = 20;
    private const int ProtocolTcp = 6;

    /// <summary>A session: its steps.</summary>
    internal static InputStructure Session { get; } = new(SessionDecoder.Split);

    /// <summary>Option octets: the options, each of the length that it says.</summary>
    internal static InputStructure Options(IReadOnlyList<byte[]> known) => new(
        (input, starts) => SplitOptions(input, 0, input.Length, starts))
    {
        Mend = input => MendOptions(input, 0, input.Length),
        Pieces = known,
        Period = 16,
    };

    /// <summary>A segment: header, options, text.</summary>
    internal static InputStructure Segment(IReadOnlyList<byte[]> options) => new(
        (input, starts) => SplitSegment(input, 0, starts))
    {
        Mend = input => MendSegment(input),
        Pieces = options,
    };

    /// <summary>An IPv4 or IPv6 packet: headers, and a segment's options and text.</summary>
    internal static InputStructure Packet(IReadOnlyList<byte[]> pieces) => new(
        (input, starts) => SplitPacket(input, 0, starts))
    {
        Mend = MendPacket,
        Pieces = pieces,
    };

    /// <summary>A frame: link header, and a packet.</summary>
    internal static InputStructure Frame(IReadOnlyList<byte[]> pieces) => new(
        (input, starts) =>
        {
            if (input.Length > 0)
            {
                starts.Add(0);
            }
            SplitPacket(input, 14, starts);
        })
    {
        Mend = input => MendPacket(input.Length > 14 ? input[14..] : []),
        Pieces = pieces,
    };

    /// <summary>Text: its lines.</summary>
    internal static InputStructure Lines(IReadOnlyList<string> known) => new(SplitLines)
    {
        Pieces = [.. known.Select(k => Encoding.UTF8.GetBytes(k + "\n"))],
    };

    /// <summary>A capture file: its blocks.</summary>
    internal static InputStructure Blocks { get; } = new(SplitBlocks) { Mend = MendBlocks };

    private static void SplitLines(ReadOnlySpan<byte> input, List<int> starts)
    {
        int at = 0;
        while (at < input.Length)
        {
            starts.Add(at);
            int end = input[at..].IndexOf((byte)'\n');
            at = end < 0 ? input.Length : at + end + 1;
        }
    }

    // Kind and length (RFC 9293 §3.1); a length that cannot be ends the walk.
    private static void SplitOptions(
        ReadOnlySpan<byte> input, int from, int to, List<int> starts)
    {
        int at = from;
        while (at < to)
        {
            starts.Add(at);
            int length = input[at] < 2 ? 1 : at + 1 < to ? Math.Max((int)input[at + 1], 2) : to;
            at += Math.Min(length, to);
        }
    }

    // The last option is made to end where the octets end.
    private static void MendOptions(Span<byte> input, int from, int to)
    {
        int at = from;
        while (at + 1 < to)
        {
            int length = input[at] < 2 ? 1 : input[at + 1];
            if (length < 1 || at + length > to || (length == 1 && input[at] >= 2))
            {
                input[at + 1] = (byte)(to - at);
                return;
            }
            at += length;
        }
        if (at < to && input[at] >= 2)
        {
            input[at] = 1;
        }
    }

    private static void SplitSegment(ReadOnlySpan<byte> input, int from, List<int> starts)
    {
        if (from >= input.Length)
        {
            return;
        }
        starts.Add(from);
        int options = from + HeaderLength;
        if (options >= input.Length)
        {
            return;
        }
        int text = Math.Clamp(from + (input[from + 12] >> 4) * 4, options, input.Length);
        SplitOptions(input, options, text, starts);
        if (text < input.Length)
        {
            starts.Add(text);
        }
    }

    // Data Offset within the segment. The checksum is over addresses that a segment alone
    // doesn't have: the packet's mend does it.
    private static void MendSegment(Span<byte> segment)
    {
        if (segment.Length < HeaderLength)
        {
            return;
        }
        int words = Math.Clamp(segment[12] >> 4, 5, Math.Min(segment.Length / 4, 15));
        segment[12] = (byte)((words << 4) | (segment[12] & 15));
        MendOptions(segment, HeaderLength, words * 4);
    }

    private static void SplitPacket(ReadOnlySpan<byte> input, int from, List<int> starts)
    {
        if (from >= input.Length)
        {
            return;
        }
        starts.Add(from);
        bool isV6 = input[from] >> 4 == 6;
        int header = isV6 ? 40 : Math.Max((input[from] & 15) * 4, HeaderLength);
        SplitSegment(input, from + header, starts);
    }

    private static void MendPacket(Span<byte> packet)
    {
        bool isV6 = packet.Length > 0 && packet[0] >> 4 == 6;
        int header = isV6 ? 40 : packet.Length > 0 ? Math.Max((packet[0] & 15) * 4, 20) : 20;
        if (packet.Length < header)
        {
            return;
        }
        if (isV6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - header));
            MendTransport(packet, header, packet[6], packet[8..40]);
            return;
        }
        packet[0] = (byte)(0x40 | (header / 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[10..], (ushort)PlainOctets.Checksum(packet[..header]));
        MendTransport(packet, header, packet[9], packet[12..20]);
    }

    // RFC 9293 §3.1: checksum over the pseudo-header and the segment.
    private static void MendTransport(
        Span<byte> packet, int header, int protocol, ReadOnlySpan<byte> addresses)
    {
        Span<byte> segment = packet[header..];
        if (protocol != ProtocolTcp || segment.Length < HeaderLength)
        {
            return;
        }
        MendSegment(segment);
        segment[16] = segment[17] = 0;
        byte[] pseudo = new byte[addresses.Length + 8 + segment.Length];
        addresses.CopyTo(pseudo);
        BinaryPrimitives.WriteUInt32BigEndian(
            pseudo.AsSpan(addresses.Length), (uint)segment.Length);
        pseudo[addresses.Length + 7] = ProtocolTcp;
        segment.CopyTo(pseudo.AsSpan(addresses.Length + 8));
        BinaryPrimitives.WriteUInt16BigEndian(
            segment[16..], (ushort)PlainOctets.Checksum(pseudo));
    }

    // Blocks of pcapng: type, total length, body, total length again, in the order of octets that
    // the section says; ours are little-endian.
    private static void SplitBlocks(ReadOnlySpan<byte> input, List<int> starts)
    {
        int at = 0;
        while (at < input.Length)
        {
            starts.Add(at);
            if (input.Length - at < 12)
            {
                return;
            }
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(input[(at + 4)..]);
            at += (int)Math.Clamp(length, 12, (uint)(input.Length - at));
        }
    }

    private static void MendBlocks(Span<byte> input)
    {
        List<int> starts = [];
        SplitBlocks(input, starts);
        for (int i = 0; i < starts.Count; i++)
        {
            int end = i + 1 < starts.Count ? starts[i + 1] : input.Length;
            int length = (end - starts[i]) & ~3;
            if (length >= 12)
            {
                Span<byte> block = input.Slice(starts[i], length);
                BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
                BinaryPrimitives.WriteInt32LittleEndian(block[^4..], length);
            }
        }
    }
}
