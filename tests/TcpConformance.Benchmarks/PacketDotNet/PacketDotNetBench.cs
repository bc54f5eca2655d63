using BenchmarkDotNet.Attributes;
using PacketDotNet;
using TcpConformance.Wire;

namespace TcpConformance.Benchmarks.PacketDotNetComparison;

// Built only with -p:WithPacketDotNet=true: the header of a SYN with options, read by both.
[Config(typeof(QuickConfig))]
public class PacketDotNetBench
{
    private readonly byte[] _syn = ParseBench.SampleFrame(
        "020405b40402080a0001020300000000" + "01030307", TcpFlags.Syn, 0);

    [Benchmark(Description = "TcpConformance.Wire")]
    public ulong Ours()
    {
        FrameView.Read(_syn, out FrameView frame);
        ref readonly TcpHeader h = ref frame.Segment.Header;
        return h.SourcePort ^ (ulong)h.DestinationPort ^ h.Seq.Value ^ h.Ack.Value ^ h.DataOffset
            ^ (uint)h.Flags ^ h.Window ^ h.UrgentPointer ^ (ulong)h.Checksum ^ h.Options.Mss
            ^ (uint)frame.Segment.Text.Length;
    }

    [Benchmark(Description = "PacketDotNet")]
    public ulong Theirs()
    {
        TcpPacket p = Packet.ParsePacket(LinkLayers.Ethernet, _syn).Extract<TcpPacket>();
        return p.SourcePort ^ (ulong)p.DestinationPort ^ p.SequenceNumber
            ^ p.AcknowledgmentNumber ^ (uint)p.DataOffset ^ (uint)p.Flags ^ p.WindowSize
            ^ (uint)(p.UrgentPointer & 0xffff) ^ (ulong)p.Checksum
            ^ (uint)p.OptionsCollection.Count
            ^ (uint)(p.PayloadData?.Length ?? 0);
    }
}
