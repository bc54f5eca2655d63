using TcpConformance.Harness;
using TcpConformance.Wire;

namespace TcpConformance.Reports;

/// <summary>A trace as a capture whose packet comments carry the oracle's words.</summary>
public static class PcapngOfTrace
{
    /// <summary>Writes the capture.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="trace">The entries in the order in which they happened.</param>
    /// <param name="name">The interface's name in the capture: the IUT.</param>
    /// <param name="linkType">What the frames of the trace begin with.</param>
    /// <param name="started">When the case began; the capture's times count from there.</param>
    /// <returns>How many packets were written.</returns>
    public static int Write(
        Stream stream,
        IReadOnlyList<TraceEntry> trace,
        string name,
        LinkType linkType,
        DateTimeOffset started)
    {
        var writer = new PcapngWriter(stream);
        int port = writer.AddInterface(name, linkType);
        TimeSpan offset = started - DateTimeOffset.UnixEpoch;
        List<(TraceEntry Packet, List<string> Words)> packets = Packets(trace);
        foreach ((TraceEntry packet, List<string> words) in packets)
        {
            writer.WritePacket(
                port,
                offset + packet.At,
                packet.Frame,
                packet.Kind == TraceKind.SegmentToIut
                    ? CaptureDirection.ToIut
                    : CaptureDirection.FromIut,
                string.Join('\n', words));
        }

        return packets.Count;
    }

    // What is said after a packet stands with it; what is said before the first, with the first.
    private static List<(TraceEntry Packet, List<string> Words)> Packets(
        IReadOnlyList<TraceEntry> trace)
    {
        var packets = new List<(TraceEntry Packet, List<string> Words)>();
        var words = new List<string>();
        foreach (TraceEntry entry in trace)
        {
            if (entry.Frame is null)
            {
                words.Add(Word(entry));
                continue;
            }

            if (packets.Count > 0)
            {
                words = [];
            }

            words.Add(Word(entry));
            packets.Add((entry, words));
        }

        return packets;
    }

    private static string Word(TraceEntry entry) => entry.Kind switch
    {
        TraceKind.SegmentToIut => entry.Text,
        TraceKind.SegmentFromIut => entry.Text,
        TraceKind.UserCall => $"call {entry.Text}",
        TraceKind.UserResult => $"result {entry.Text}",
        TraceKind.Note => entry.Text,
        TraceKind.Violation => $"VIOLATION {entry.Text}",
    };
}
