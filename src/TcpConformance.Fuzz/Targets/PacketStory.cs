using System.Globalization;
using System.Text;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Harness;
using TcpConformance.Harness.Lower;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary>Packets, and what is less than one, as stories of a single arrival.</summary>
internal static class PacketStory
{
    private const int RowLength = 16;

    private static readonly IpAddress Source = IpAddress.V4(0x0a4d0001);
    private static readonly IpAddress Destination = IpAddress.V4(0x0a4d0002);

    /// <summary>An Ethernet frame.</summary>
    internal static FuzzStory OfFrame(byte[] input)
    {
        FrameView.Read(input, out FrameView view);
        string what = view.Content == FrameContent.Unreadable
            ? $"a frame of {input.Length} octets that cannot be read"
            : view.Content is FrameContent.Arp or FrameContent.Other
            ? $"a frame: {view.Content}"
            : $"a frame: {PacketText.Of(view.Ethernet.Payload)}";
        return Of(input, what, input, LinkType.Ethernet);
    }

    /// <summary>An IP packet.</summary>
    internal static FuzzStory OfPacket(byte[] input) =>
        Of(input, PacketText.Of(input), input, LinkType.RawIp);

    /// <summary>A segment; a packet is put around it.</summary>
    internal static FuzzStory OfSegment(byte[] input)
    {
        SegmentView.Read(input, out SegmentView view);
        return Of(
            input, $"{SegmentText.Of(in view)} ({view.Defect})",
            PacketWriter.Packet(Source, Destination, IpProtocol.Tcp, input), LinkType.RawIp);
    }

    /// <summary>Option octets; the SYN is put around them that they fit into.</summary>
    internal static FuzzStory OfOptions(byte[] input)
    {
        TcpOptions options = default;
        SegmentDefect defect = OptionReader.Read(input, ref options);
        string what = $"options {options.Present} ({defect})";
        if (input.Length > TcpHeader.MaximumLength - TcpHeader.MinimumLength)
        {
            return new FuzzStory(Words(input, what));
        }
        byte[] segment = new Segment
        {
            SourcePort = 1000,
            DestinationPort = 2000,
            Flags = TcpFlags.Syn,
            Options = input,
        }.ToBytes(Source, Destination);
        return Of(
            input, what, PacketWriter.Packet(Source, Destination, IpProtocol.Tcp, segment),
            LinkType.RawIp);
    }

    /// <summary>Text, as far as it can be printed.</summary>
    internal static FuzzStory OfText(byte[] input) =>
        new(Words(input, "text") + "\n" + Encoding.Latin1.GetString(input) + "\n");

    /// <summary>What it is, and the octets in rows.</summary>
    internal static string Words(ReadOnlySpan<byte> input, string what)
    {
        var words = new StringBuilder($"{input.Length} octets: {what}\n\n");
        for (int at = 0; at < input.Length; at += RowLength)
        {
            ReadOnlySpan<byte> row = input.Slice(at, Math.Min(RowLength, input.Length - at));
            words.Append(CultureInfo.InvariantCulture, $"{at:x4} ");
            foreach (byte octet in row)
            {
                words.Append(CultureInfo.InvariantCulture, $" {octet:x2}");
            }
            words.Append(' ', 2 + (3 * (RowLength - row.Length)));
            foreach (byte octet in row)
            {
                words.Append(octet is >= 0x20 and < 0x7f ? (char)octet : '.');
            }
            words.Append('\n');
        }
        return words.ToString();
    }

    private static FuzzStory Of(byte[] input, string what, byte[] packet, LinkType type) =>
        new(Words(input, what))
        {
            Trace = [new TraceEntry(TimeSpan.Zero, TraceKind.SegmentToIut, packet, what)],
            LinkType = type,
        };
}
