using BenchmarkDotNet.Attributes;
using TcpConformance.Wire;

namespace TcpConformance.Benchmarks;

// Reads every field and option of frames that stacks really send, and adds them up so that
// nothing can be optimised away.
[Config(typeof(QuickConfig))]
public class ParseBench
{
    private static readonly IpAddress Client = IpAddress.Parse("10.0.0.2");
    private static readonly IpAddress Server = IpAddress.Parse("10.0.0.1");

    private readonly byte[] _syn = SampleFrame(
        "020405b40402080a0001020300000000" + "01030307", TcpFlags.Syn, 0);

    private readonly byte[] _otherSyn = SampleFrame(
        "020405b4" + "01030307" + "0402" + "080a0001020300000000" + "0000", TcpFlags.Syn, 0);

    private readonly byte[] _data = SampleFrame(
        "0101080a0001020300040506", TcpFlags.Ack | TcpFlags.Psh, 1448);

    private readonly byte[] _sack = SampleFrame(
        "0101080a00010203000405060101051200000064000000c8000001f400000258", TcpFlags.Ack, 0);

    [Benchmark(Description = "SYN: mss, sack-permitted, ts, wscale")]
    public ulong Syn() => ReadAll(_syn);

    [Benchmark(Description = "SYN: the same in another order")]
    public ulong OtherSyn() => ReadAll(_otherSyn);

    [Benchmark(Description = "1448 octets of data: ts")]
    public ulong Data() => ReadAll(_data);

    [Benchmark(Description = "ACK: ts, two SACK blocks")]
    public ulong Sack() => ReadAll(_sack);

    [Benchmark(Description = "checksum of 1448 octets")]
    public bool ChecksumOfData() => FrameView.Read(_data).HasValidChecksum;

    internal static byte[] SampleFrame(string options, TcpFlags flags, int text)
    {
        Segment segment = new()
        {
            SourcePort = 40000,
            DestinationPort = 80,
            Seq = new(1000),
            Ack = new(2000),
            Flags = flags,
            Window = 65535,
            Options = Convert.FromHexString(options),
            Text = new byte[text],
        };
        byte[] tcp = segment.ToBytes(Client, Server);
        byte[] packet = new byte[PacketWriter.HeaderLength(false) + tcp.Length];
        tcp.CopyTo(packet.AsSpan(PacketWriter.HeaderLength(false)));
        PacketWriter.WriteHeader(packet, Client, Server, IpProtocol.Tcp);
        return EthernetWriter.Frame(
            new MacAddress(0x0200_0000_0001), new MacAddress(0x0200_0000_0002), packet);
    }

    private static ulong ReadAll(byte[] octets)
    {
        FrameView.Read(octets, out FrameView frame);
        if (frame.Content != FrameContent.Segment || frame.Segment.Defect != SegmentDefect.None)
        {
            throw new InvalidOperationException("the sample frame must be readable");
        }
        ref readonly PacketView packet = ref frame.Packet;
        ulong sum = frame.Ethernet.Destination.Bits ^ frame.Ethernet.Source.Bits;
        sum ^= (ulong)frame.Ethernet.Type ^ packet.Source.Low32 ^ packet.Destination.Low32;
        sum ^= (uint)packet.TrafficClass ^ packet.HopLimit ^ (uint)packet.Identification;
        sum ^= packet.Protocol ^ (packet.DontFragment ? 1u : 0) ^ packet.HeaderChecksum;
        return sum ^ ReadHeader(in frame.Segment.Header) ^ (uint)frame.Segment.Text.Length;
    }

    private static ulong ReadHeader(ref readonly TcpHeader h)
    {
        ulong sum = h.SourcePort ^ (uint)h.DestinationPort ^ h.Seq.Value ^ h.Ack.Value;
        sum ^= h.DataOffset ^ (uint)h.Flags ^ h.Window ^ h.Checksum ^ (uint)h.UrgentPointer;
        ref readonly TcpOptions o = ref h.Options;
        if (o.Has(TcpOptionSet.Mss))
        {
            sum ^= o.Mss;
        }
        if (o.Has(TcpOptionSet.WindowScale))
        {
            sum ^= o.WindowScale;
        }
        if (o.Has(TcpOptionSet.SackPermitted))
        {
            sum ^= 1;
        }
        if (o.Has(TcpOptionSet.Timestamps))
        {
            sum ^= o.TsVal ^ o.TsEcr;
        }
        for (int i = 0; i < o.SackCount; i++)
        {
            sum ^= o.Sack[i].Left.Value ^ o.Sack[i].Right.Value;
        }
        return sum;
    }
}
