using System.Text;

namespace TcpConformance.Wire;

/// <summary>Reads captures packet by packet: pcapng in either byte order, unknown blocks
/// skipped; classic pcap too. Whatever the octets are, it throws nothing of its own and holds
/// no more than one block.</summary>
public sealed class PcapngReader
{
    /// <summary>Octets of the longest block that is read.</summary>
    public const int LongestBlock = 1 << 24;

    /// <summary>Interfaces of a section at most.</summary>
    public const int MostInterfaces = 4096;

    private readonly record struct Interface(
        string Name, LinkType LinkType, uint SnapLength, CaptureTime Time);

    private readonly CaptureStream _stream;
    private readonly List<Interface> _interfaces = [];
    private CaptureResult? _final;
    private bool _started;
    private ClassicPcap? _classic;

    /// <summary>Reads from where the stream stands; the stream belongs to the caller.</summary>
    public PcapngReader(Stream stream) => _stream = new CaptureStream(stream);

    /// <summary>Reads the next packet. Once the result is another than
    /// <see cref="CaptureResult.Packet"/>, it stays so.</summary>
    /// <param name="packet">The packet, or null.</param>
    public CaptureResult Read(out CapturedPacket? packet)
    {
        packet = null;
        if (_final is CaptureResult final)
        {
            return final;
        }
        CaptureResult? result = null;
        while (result is null)
        {
            result = _classic is null ? ReadBlock(out packet) : _classic.Read(out packet);
        }
        if (result != CaptureResult.Packet)
        {
            _final = result;
        }
        return result.Value;
    }

    // Null: a block without a packet; go on.
    private CaptureResult? ReadBlock(out CapturedPacket? packet)
    {
        packet = null;
        ReadOnlySpan<byte> head = _stream.Read(4);
        if (head.Length < 4)
        {
            return head.IsEmpty && _started ? CaptureResult.End
                : _started ? CaptureResult.Truncated : CaptureResult.NotACapture;
        }
        uint type = _stream.UInt32(head);
        if (type == PcapngFormat.SectionHeader)
        {
            _started = true;
            return ReadSection();
        }
        if (!_started)
        {
            _classic = ClassicPcap.Begin(_stream, type, out CaptureResult? failure);
            return failure;
        }
        ReadOnlySpan<byte> word = _stream.Read(4);
        if (word.Length < 4)
        {
            return CaptureResult.Truncated;
        }
        uint length = _stream.UInt32(word);
        if (length < 12 || length % 4 != 0)
        {
            return CaptureResult.BadBlockLength;
        }
        if (length > LongestBlock)
        {
            return CaptureResult.BlockTooLong;
        }
        if (type is not (PcapngFormat.InterfaceDescription or PcapngFormat.EnhancedPacket
            or PcapngFormat.SimplePacket))
        {
            return SkipBlock(length - 12, length);
        }
        ReadOnlySpan<byte> body = _stream.Read((int)length - 8);
        if (body.Length < length - 8)
        {
            return CaptureResult.Truncated;
        }
        if (_stream.UInt32(body[^4..]) != length)
        {
            return CaptureResult.BadBlockLength;
        }
        body = body[..^4];
        return type switch
        {
            PcapngFormat.InterfaceDescription => ReadInterface(body),
            PcapngFormat.EnhancedPacket => ReadEnhanced(body, out packet),
            _ => ReadSimple(body, out packet),
        };
    }

    // What is left of the body, and the length that is repeated at the end.
    private CaptureResult? SkipBlock(uint body, uint length)
    {
        if (!_stream.Skip(body))
        {
            return CaptureResult.Truncated;
        }
        ReadOnlySpan<byte> tail = _stream.Read(4);
        return tail.Length < 4 ? CaptureResult.Truncated
            : _stream.UInt32(tail) != length ? CaptureResult.BadBlockLength : null;
    }

    // The byte order is known only behind the length.
    private CaptureResult? ReadSection()
    {
        ReadOnlySpan<byte> head = _stream.Read(20);
        if (head.Length < 20)
        {
            return CaptureResult.Truncated;
        }
        _stream.BigEndian = false;
        if (_stream.UInt32(head[4..]) != PcapngFormat.ByteOrderMagic)
        {
            _stream.BigEndian = true;
            if (_stream.UInt32(head[4..]) != PcapngFormat.ByteOrderMagic)
            {
                return CaptureResult.BadByteOrder;
            }
        }
        uint length = _stream.UInt32(head);
        if (length < 28 || length % 4 != 0)
        {
            return CaptureResult.BadBlockLength;
        }
        if (length > LongestBlock)
        {
            return CaptureResult.BlockTooLong;
        }
        if (_stream.UInt16(head[8..]) != 1)
        {
            return CaptureResult.UnknownVersion;
        }
        _interfaces.Clear();
        return SkipBlock(length - 28, length);
    }

    private CaptureResult? ReadInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
        {
            return CaptureResult.BadBlockLength;
        }
        if (_interfaces.Count >= MostInterfaces)
        {
            return CaptureResult.TooManyInterfaces;
        }
        string name = "";
        CaptureTime time = CaptureTime.Microseconds;
        ReadOnlySpan<byte> options = body[8..];
        while (NextOption(ref options, out ushort code, out ReadOnlySpan<byte> value)
            is bool more)
        {
            if (!more)
            {
                LinkType linkType = (LinkType)_stream.UInt16(body);
                _interfaces.Add(new Interface(name, linkType, _stream.UInt32(body[4..]), time));
                return null;
            }
            if (code == PcapngFormat.InterfaceName)
            {
                name = Encoding.UTF8.GetString(value);
            }
            else if (code == PcapngFormat.TimeResolution && value.Length >= 1)
            {
                time = time with { Resolution = value[0] };
            }
            else if (code == PcapngFormat.TimeOffset && value.Length >= 8)
            {
                time = time with { OffsetSeconds = _stream.Int64(value) };
            }
        }
        return CaptureResult.BadOption;
    }

    private CaptureResult ReadEnhanced(ReadOnlySpan<byte> body, out CapturedPacket? packet)
    {
        packet = null;
        if (body.Length < 20)
        {
            return CaptureResult.BadBlockLength;
        }
        uint number = _stream.UInt32(body);
        if (number >= _interfaces.Count)
        {
            return CaptureResult.UnknownInterface;
        }
        long captured = _stream.UInt32(body[12..]);
        long padded = (captured + 3) & ~3L;
        if (20 + padded > body.Length)
        {
            return CaptureResult.BadPacketLength;
        }
        CaptureDirection direction = CaptureDirection.Unknown;
        StringBuilder comment = new();
        ReadOnlySpan<byte> options = body[(20 + (int)padded)..];
        while (NextOption(ref options, out ushort code, out ReadOnlySpan<byte> value)
            is bool more)
        {
            if (!more)
            {
                Interface described = _interfaces[(int)number];
                ulong units = ((ulong)_stream.UInt32(body[4..]) << 32) | _stream.UInt32(body[8..]);
                packet = new CapturedPacket
                {
                    Interface = (int)number,
                    InterfaceName = described.Name,
                    LinkType = described.LinkType,
                    Time = described.Time.ToTime(units),
                    Octets = body.Slice(20, (int)captured).ToArray(),
                    OriginalLength = _stream.UInt32(body[16..]),
                    Direction = direction,
                    Comment = comment.ToString(),
                };
                return CaptureResult.Packet;
            }
            if (code == PcapngFormat.Comment)
            {
                comment.Append(comment.Length == 0 ? "" : "\n");
                comment.Append(Encoding.UTF8.GetString(value));
            }
            else if (code == PcapngFormat.PacketFlags && value.Length >= 4)
            {
                uint bits = _stream.UInt32(value) & 3;
                direction = bits == 3 ? CaptureDirection.Unknown : (CaptureDirection)bits;
            }
        }
        return CaptureResult.BadOption;
    }

    private CaptureResult ReadSimple(ReadOnlySpan<byte> body, out CapturedPacket? packet)
    {
        packet = null;
        if (body.Length < 4)
        {
            return CaptureResult.BadBlockLength;
        }
        if (_interfaces.Count == 0)
        {
            return CaptureResult.UnknownInterface;
        }
        Interface described = _interfaces[0];
        uint original = _stream.UInt32(body);
        uint captured = described.SnapLength == 0
            ? original : Math.Min(original, described.SnapLength);
        if (captured > body.Length - 4)
        {
            return CaptureResult.BadPacketLength;
        }
        packet = new CapturedPacket
        {
            InterfaceName = described.Name,
            LinkType = described.LinkType,
            Octets = body.Slice(4, (int)captured).ToArray(),
            OriginalLength = original,
        };
        return CaptureResult.Packet;
    }

    // True: an option; false: no more; null: it reaches past the block.
    private bool? NextOption(
        ref ReadOnlySpan<byte> rest, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (rest.IsEmpty)
        {
            return false;
        }
        code = _stream.UInt16(rest);
        if (code == PcapngFormat.EndOfOptions)
        {
            return false;
        }
        int length = _stream.UInt16(rest[2..]);
        int padded = (length + 3) & ~3;
        if (4 + padded > rest.Length)
        {
            return null;
        }
        value = rest.Slice(4, length);
        rest = rest[(4 + padded)..];
        return true;
    }
}
