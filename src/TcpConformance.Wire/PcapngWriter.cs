using System.Buffers.Binary;
using System.Text;

namespace TcpConformance.Wire;

/// <summary>Writes a capture in pcapng format, little-endian, times in nanoseconds, with a
/// comment and a direction for each packet.</summary>
/// <remarks>The stream belongs to the caller and is not closed. Each block is written in one
/// piece, so that what is there can be read whenever the program ends.</remarks>
public sealed class PcapngWriter
{
    /// <summary>The last time that 64 bits of nanoseconds hold, in the year 2554.</summary>
    public static readonly TimeSpan LastTime =
        TimeSpan.FromTicks((long)(ulong.MaxValue / TimeSpan.NanosecondsPerTick));

    private const int LongestOption = 0xfffc;
    private readonly Stream _stream;
    private byte[] _block = new byte[2048];
    private int _used;
    private int _interfaces;

    /// <summary>Begins a capture: writes the section header.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="application">What the capture names as the program that wrote it.</param>
    public PcapngWriter(Stream stream, string application = "tcpconf")
    {
        _stream = stream;
        Begin(PcapngFormat.SectionHeader);
        AddUInt32(PcapngFormat.ByteOrderMagic);
        AddUInt16(1); // major version
        AddUInt16(0);
        AddUInt32(uint.MaxValue); // length of the section: unknown
        AddUInt32(uint.MaxValue);
        AddOption(PcapngFormat.UserApplication, Encoding.UTF8.GetBytes(application));
        AddEndOfOptions();
        End();
    }

    /// <summary>Describes an interface.</summary>
    /// <param name="name">Its name, e.g. "tap0".</param>
    /// <param name="linkType">What its packets begin with.</param>
    /// <returns>Its number, for <see cref="WritePacket"/>.</returns>
    public int AddInterface(string name, LinkType linkType = LinkType.Ethernet)
    {
        Begin(PcapngFormat.InterfaceDescription);
        AddUInt16((ushort)linkType);
        AddUInt16(0);
        AddUInt32(0); // no snap length
        AddOption(PcapngFormat.InterfaceName, Encoding.UTF8.GetBytes(name));
        AddOption(PcapngFormat.TimeResolution, [9]); // 10^-9 s
        AddEndOfOptions();
        End();
        return _interfaces++;
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="onInterface">Number of the interface.</param>
    /// <param name="time">Time since 1970-01-01 00:00 UTC; a later one than
    /// <see cref="LastTime"/> is written as that.</param>
    /// <param name="octets">The whole packet.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="comment">A comment, or empty for none.</param>
    public void WritePacket(
        int onInterface, TimeSpan time, ReadOnlySpan<byte> octets,
        CaptureDirection direction = CaptureDirection.Unknown, string comment = "")
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(onInterface, _interfaces);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ulong nanoseconds = (ulong)Math.Min(time.Ticks, LastTime.Ticks)
            * TimeSpan.NanosecondsPerTick;
        Begin(PcapngFormat.EnhancedPacket);
        AddUInt32((uint)onInterface);
        AddUInt32((uint)(nanoseconds >> 32));
        AddUInt32((uint)(nanoseconds & 0xffff_ffff));
        AddUInt32((uint)octets.Length);
        AddUInt32((uint)octets.Length);
        AddPadded(octets);
        if (comment.Length != 0)
        {
            AddOption(PcapngFormat.Comment, Encoding.UTF8.GetBytes(comment));
        }
        if (direction != CaptureDirection.Unknown)
        {
            AddOption(PcapngFormat.PacketFlags, [(byte)direction, 0, 0, 0]);
        }
        AddEndOfOptions();
        End();
    }

    private void Begin(uint type)
    {
        _used = 0;
        AddUInt32(type);
        AddUInt32(0); // length, known at the end
    }

    private void End()
    {
        uint length = (uint)_used + 4;
        AddUInt32(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), length);
        _stream.Write(_block, 0, _used);
    }

    private void AddOption(ushort code, ReadOnlySpan<byte> value)
    {
        if (value.Length > LongestOption)
        {
            int cut = LongestOption;
            while ((value[cut] & 0xc0) == 0x80)
            {
                cut--; // not within a character
            }
            value = value[..cut];
        }
        AddUInt16(code);
        AddUInt16((ushort)value.Length);
        AddPadded(value);
    }

    private void AddEndOfOptions() => AddUInt32(0);

    private void AddUInt16(ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(Room(2), value);

    private void AddUInt32(uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);

    private void AddPadded(ReadOnlySpan<byte> octets)
    {
        Span<byte> room = Room((octets.Length + 3) & ~3);
        octets.CopyTo(room);
        room[octets.Length..].Clear();
    }

    private Span<byte> Room(int octets)
    {
        if (_used + octets > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _used + octets));
        }
        _used += octets;
        return _block.AsSpan(_used - octets, octets);
    }
}
