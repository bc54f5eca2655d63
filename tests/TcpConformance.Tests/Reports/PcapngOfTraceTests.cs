using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Reports;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Reports;

public sealed class PcapngOfTraceTests
{
    [Test]
    public void Write_Trace_CommentsStandWithTheirPackets()
    {
        TraceEntry[] trace =
        [
            Entry(0, TraceKind.Note, "preamble"),
            Entry(1, TraceKind.SegmentToIut, "SYN", [1, 2, 3]),
            Entry(2, TraceKind.SegmentFromIut, "RST", [4, 5]),
            Entry(2, TraceKind.Violation, "rfc9293/MUST-1: SYN,ACK was allowed"),
        ];
        using var stream = new MemoryStream();

        int written = PcapngOfTrace.Write(
            stream, trace, "linux", LinkType.RawIp, DateTimeOffset.UnixEpoch.AddHours(1));

        stream.Position = 0;
        var reader = new PcapngReader(stream);
        Assert.That(reader.Read(out CapturedPacket? first), Is.EqualTo(CaptureResult.Packet));
        Assert.That(reader.Read(out CapturedPacket? second), Is.EqualTo(CaptureResult.Packet));
        Assert.That(reader.Read(out _), Is.EqualTo(CaptureResult.End));
        Assert.That(written, Is.EqualTo(2));
        Assert.That(first!.InterfaceName, Is.EqualTo("linux"));
        Assert.That(first.Octets.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(first.Comment, Is.EqualTo("preamble\nSYN"));
        Assert.That(first.Direction, Is.EqualTo(CaptureDirection.ToIut));
        Assert.That(first.Time, Is.EqualTo(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1)));
        Assert.That(
            second!.Comment, Is.EqualTo("RST\nVIOLATION rfc9293/MUST-1: SYN,ACK was allowed"));
        Assert.That(second.Direction, Is.EqualTo(CaptureDirection.FromIut));
    }

    [Test]
    public void Write_TraceWithoutPackets_WritesNone()
    {
        using var stream = new MemoryStream();

        int written = PcapngOfTrace.Write(
            stream, SampleRun.Trace(), "linux", LinkType.RawIp, DateTimeOffset.UnixEpoch);

        Assert.That(written, Is.Zero);
    }

    private static TraceEntry Entry(
        int seconds, TraceKind kind, string text, byte[]? frame = null) =>
        new(TimeSpan.FromSeconds(seconds), kind, frame, text);
}
