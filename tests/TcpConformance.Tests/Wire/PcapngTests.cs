using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class PcapngTests
{
    private static readonly TimeSpan Time = TimeSpan.FromTicks(17_000_000_001_234_567);

    [Property(MaxTest = 200)]
    public bool Write_ThenRead_IsTheSame(byte[] octets, uint ticks, byte way, string? comment)
    {
        string said = (comment ?? "").Replace("\ud800", "", StringComparison.Ordinal);
        said = string.Concat(said.Where(c => !char.IsSurrogate(c)));
        CaptureDirection direction = (CaptureDirection)(way % 3);
        using MemoryStream file = new();
        PcapngWriter writer = new(file);
        _ = writer.AddInterface("tap0");
        int raw = writer.AddInterface("tun1", LinkType.RawIp);
        writer.WritePacket(0, Time, [1, 2, 3]);
        writer.WritePacket(raw, TimeSpan.FromTicks(ticks), octets, direction, said);
        PcapngReader reader = new(new MemoryStream(file.ToArray()));
        return reader.Read(out CapturedPacket? first) == CaptureResult.Packet
            && first!.InterfaceName == "tap0" && first.LinkType == LinkType.Ethernet
            && first.Time == Time && first.Octets.Length == 3 && first.Comment.Length == 0
            && first.Direction == CaptureDirection.Unknown
            && reader.Read(out CapturedPacket? second) == CaptureResult.Packet
            && second!.Interface == raw && second.InterfaceName == "tun1"
            && second.LinkType == LinkType.RawIp && second.Time.Ticks == ticks
            && second.Octets.Span.SequenceEqual(octets) && second.Comment == said
            && second.OriginalLength == octets.Length && second.Direction == direction
            && reader.Read(out _) == CaptureResult.End && reader.Read(out _) == CaptureResult.End;
    }

    [Test]
    public void Write_CommentTooLong_IsCutBetweenCharacters()
    {
        using MemoryStream file = new();
        PcapngWriter writer = new(file);
        _ = writer.AddInterface("tap0");
        writer.WritePacket(
            0, Time, [1], CaptureDirection.ToIut, "x" + new string('→', 30_000));
        file.Position = 0;
        Assert.That(
            new PcapngReader(file).Read(out CapturedPacket? packet),
            Is.EqualTo(CaptureResult.Packet));
        Assert.That(packet!.Comment, Does.Match("^x→+$"));
        Assert.That(packet.Comment, Has.Length.EqualTo(1 + (0xfffb / 3)));
        Assert.That(packet.Direction, Is.EqualTo(CaptureDirection.ToIut));
    }

    [Test]
    public void Read_CutAnywhere_EndsOnlyBetweenBlocks()
    {
        byte[] file = Sample();
        List<CaptureResult> results = [];
        for (int i = 0; i < file.Length; i++)
        {
            results.Add(ReadAll(new MemoryStream(file, 0, i))[^1]);
        }
        Assert.That(results[..4], Is.All.EqualTo(CaptureResult.NotACapture));
        // Behind the section header, the interface and seven of the eight packets.
        Assert.That(results[4..].Count(r => r == CaptureResult.End), Is.EqualTo(9));
        Assert.That(
            results[4..].Where(r => r != CaptureResult.End),
            Is.All.EqualTo(CaptureResult.Truncated));
    }

    [Test]
    public void Read_RandomDamage_NeverThrows()
    {
        byte[] file = Sample();
        Random random = new(7);
        HashSet<CaptureResult> seen = [];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. file];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(file.Length)] = (byte)(random.Next(3) == 0
                    ? random.Next(256) : random.Next(8));
            }
            seen.UnionWith(ReadAll(new MemoryStream(damaged)));
        }
        Assert.That(seen, Is.SupersetOf(new[]
        {
            CaptureResult.Packet, CaptureResult.End, CaptureResult.NotACapture,
            CaptureResult.Truncated, CaptureResult.BadByteOrder, CaptureResult.UnknownVersion,
            CaptureResult.BadBlockLength, CaptureResult.BlockTooLong,
            CaptureResult.UnknownInterface, CaptureResult.BadPacketLength,
            CaptureResult.BadOption,
        }));
    }

    // Section, an unknown block, an interface with 2^-20 s, a packet: all big-endian.
    private const string BigEndian = "0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c"
        + "00000bad00000010deadbeef00000010"
        + "00000001000000200001000000000000" + "00090001940000000000000000000020"
        + "00000006000000240000000000000001800000000000000200000003aabb000000000024";

    [Test]
    public void Read_BigEndianAndUnknownBlock_IsRead()
    {
        PcapngReader reader = new(new MemoryStream(Convert.FromHexString(BigEndian)));
        Assert.That(reader.Read(out CapturedPacket? packet), Is.EqualTo(CaptureResult.Packet));
        Assert.That(packet!.Octets.ToArray(), Is.EqualTo(new byte[] { 0xaa, 0xbb }));
        Assert.That(packet.OriginalLength, Is.EqualTo(3));
        Assert.That(packet.Time, Is.EqualTo(TimeSpan.FromSeconds(0x1_8000_0000 / 1048576.0)));
        Assert.That(reader.Read(out _), Is.EqualTo(CaptureResult.End));
    }

    [Test]
    public void Read_HugeBlockLength_IsRefusedWithoutMemory()
    {
        byte[] section = Sample();
        int end = BitConverter.ToInt32(section, 4);
        byte[] file = [.. section[..end], 6, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(
            new PcapngReader(new MemoryStream(file)).Read(out _),
            Is.EqualTo(CaptureResult.BlockTooLong));
        Assert.That(
            GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void Read_ManyInterfaces_AreRefused()
    {
        using MemoryStream file = new();
        PcapngWriter writer = new(file);
        for (int i = 0; i <= PcapngReader.MostInterfaces; i++)
        {
            _ = writer.AddInterface("");
        }
        file.Position = 0;
        Assert.That(
            new PcapngReader(file).Read(out _), Is.EqualTo(CaptureResult.TooManyInterfaces));
    }

    [TestCase("d4c3b2a1", "40420f00", false)]
    [TestCase("4d3cb2a1", "00ca9a3b", false)]
    [TestCase("a1b2c3d4", "000f4240", true)]
    [TestCase("a1b23c4d", "3b9aca00", true)]
    public void Read_ClassicPcap_IsReadInBothOrders(string magic, string second, bool big)
    {
        string Word(int v) => Convert.ToHexString(big
            ? [0, 0, (byte)(v >> 8), (byte)(v & 255)] : [(byte)(v & 255), (byte)(v >> 8), 0, 0]);
        string version = big ? "00020004" : "02000400";
        byte[] file = Convert.FromHexString(magic + version + Word(0) + Word(0) + Word(9000)
            + Word(1) + Word(5) + second + Word(2) + Word(77) + "aabb");
        PcapngReader reader = new(new MemoryStream(file));
        Assert.That(reader.Read(out CapturedPacket? packet), Is.EqualTo(CaptureResult.Packet));
        Assert.That(packet!.Time, Is.EqualTo(TimeSpan.FromSeconds(6)));
        Assert.That(packet.OriginalLength, Is.EqualTo(77));
        Assert.That(packet.Octets.ToArray(), Is.EqualTo(new byte[] { 0xaa, 0xbb }));
        Assert.That(packet.LinkType, Is.EqualTo(LinkType.Ethernet));
        Assert.That(reader.Read(out _), Is.EqualTo(CaptureResult.End));
        Assert.That(
            new PcapngReader(new MemoryStream(file, 0, file.Length - 1)).Read(out _),
            Is.EqualTo(CaptureResult.Truncated));
    }

    [Test]
    public void Write_ReadByTshark_HasNoComplaints()
    {
        string path = Path.Combine(
            TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():n}.pcapng");
        File.WriteAllBytes(path, Sample());
        try
        {
            string said = Tshark(
                "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
                "-T", "fields", "-E", "separator=|", "-e", "frame.interface_name", "-e",
                "frame.comment", "-e", "frame.packet_flags_direction", "-e", "frame.time_epoch",
                "-e", "_ws.col.Protocol", "-e", "_ws.expert.message", "-e",
                "tcp.checksum.status", "-e", "icmpv6.checksum.status", "-e",
                "icmp.checksum.status", "-e", "vlan.id", "-e", "tcp.seq_raw", "-e", "icmp.mtu",
                "-e", "icmpv6.nd.na.flag.s", "-e", "arp.src.proto_ipv4");
            string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            TestContext.Out.WriteLine(said);
            Assert.That(lines, Has.Length.EqualTo(8));
            Assert.That(lines[0], Does.StartWith("tap0|a SYN →|0x00000001|1700000000.123456700"));
            Assert.That(said, Does.Not.Contain("alformed").And.Not.Contain("incorrect"));
            Assert.That(lines[1], Does.Contain("|1|||7|4294967280"));
            Assert.That(lines[3], Does.Contain("|ICMP|").And.EndsWith("|1400||"));
            Assert.That(lines[4], Does.Contain("|ICMPv6|").And.EndsWith("|4294967280|||"));
            Assert.That(lines[5], Does.Contain("ICMPv6|").And.Contain("|1|"));
            Assert.That(lines[6], Does.Contain("|ICMPv6|").And.EndsWith("1|"));
            Assert.That(lines[7], Does.Contain("|ARP|").And.EndsWith("|10.0.0.1"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<CaptureResult> ReadAll(Stream file)
    {
        PcapngReader reader = new(file);
        List<CaptureResult> results = [];
        do
        {
            results.Add(reader.Read(out CapturedPacket? packet));
            Assert.That(packet is not null, Is.EqualTo(results[^1] == CaptureResult.Packet));
        }
        while (results[^1] == CaptureResult.Packet);
        return results;
    }

    private static string Tshark(params string[] arguments)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(f => File.Exists(Path.Combine(f, "tshark"))))
        {
            Assert.Ignore("tshark is not installed (Debian package tshark)");
        }
        using Process process = Process.Start(new ProcessStartInfo("tshark", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }

    private static byte[] Sample()
    {
        using MemoryStream file = new();
        PcapngWriter writer = new(file);
        int tap = writer.AddInterface("tap0");
        byte[] syn = Samples.PacketV4(Samples.Syn);
        writer.WritePacket(
            tap, Time, Samples.FrameV4(Samples.Syn), CaptureDirection.ToIut, "a SYN →");
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            Samples.ServerMac, Samples.ClientMac, EtherType.Ipv4, syn,
            new VlanTag(EtherType.Vlan, 7)));
        writer.WritePacket(tap, Time, Samples.FrameV6(Samples.Syn), CaptureDirection.FromIut);
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            Samples.ServerMac, Samples.ClientMac, PacketWriter.Packet(
                Samples.ServerV4, Samples.ClientV4, IpProtocol.Icmp,
                IcmpWriter.FragmentationNeeded(1400, syn))));
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            Samples.ServerMac, Samples.ClientMac, PacketWriter.Packet(
                Samples.ServerV6, Samples.ClientV6, IpProtocol.IcmpV6, IcmpWriter.PacketTooBig(
                    Samples.ServerV6, Samples.ClientV6, 1280, Samples.PacketV6(Samples.Syn)))));
        Neighbour ask = Neighbour.Solicitation(Samples.ServerV6, Samples.ClientMac);
        IpAddress group = Neighbour.SolicitedNode(Samples.ServerV6);
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            MacAddress.OfMulticast(group), Samples.ClientMac, PacketWriter.Packet(
                Samples.ClientV6, group, IpProtocol.IcmpV6,
                ask.ToBytes(Samples.ClientV6, group), Neighbour.HopLimit)));
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            Samples.ClientMac, Samples.ServerMac, PacketWriter.Packet(
                Samples.ServerV6, Samples.ClientV6, IpProtocol.IcmpV6,
                ask.Advertisement(Samples.ServerMac).ToBytes(Samples.ServerV6, Samples.ClientV6),
                Neighbour.HopLimit)));
        writer.WritePacket(tap, Time, EthernetWriter.Frame(
            Samples.ClientMac, Samples.ServerMac, EtherType.Arp, ArpPacket.Request(
                Samples.ClientMac, Samples.ClientV4, Samples.ServerV4)
                .Reply(Samples.ServerMac).ToBytes()));
        return file.ToArray();
    }
}
