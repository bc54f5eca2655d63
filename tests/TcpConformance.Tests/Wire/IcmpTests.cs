using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

public sealed class IcmpTests
{
    private static readonly IcmpKind[] V4Errors =
    [
        IcmpKind.Unreachable, IcmpKind.PacketTooBig, IcmpKind.TimeExceeded,
        IcmpKind.ParameterProblem, IcmpKind.SourceQuench,
    ];

    private static readonly IcmpKind[] V6Errors =
    [
        IcmpKind.Unreachable, IcmpKind.PacketTooBig, IcmpKind.TimeExceeded,
        IcmpKind.ParameterProblem,
    ];

    [TestCaseSource(nameof(V4Errors))]
    public void ErrorV4_EightOctetsQuoted_GivePortsAndSequenceNumber(IcmpKind kind)
    {
        byte[] message = IcmpWriter.ErrorV4(kind, 1, Samples.PacketV4(Samples.Syn));
        Assert.That(message, Has.Length.EqualTo(8 + 20 + 8));
        PacketView packet = PacketView.Read(PacketWriter.Packet(
            Samples.ServerV4, Samples.ClientV4, IpProtocol.Icmp, message));
        IcmpView icmp = IcmpView.Read(in packet);
        Assert.That(icmp.Defect, Is.EqualTo(IcmpDefect.None));
        Assert.That(icmp.Kind, Is.EqualTo(kind));
        AssertQuote(icmp.Quote, false, QuoteExtent.PortsAndSeq);
        Assert.That((icmp.Quote.Ack, icmp.Quote.Flags), Is.EqualTo((default(SeqNumber),
            TcpFlags.None)));
    }

    [TestCaseSource(nameof(V6Errors))]
    public void ErrorV6_WholeSegmentQuoted_GivesItsHeader(IcmpKind kind)
    {
        byte[] message = IcmpWriter.ErrorV6(
            Samples.ServerV6, Samples.ClientV6, kind, 1, Samples.PacketV6(Samples.Syn));
        PacketView packet = PacketView.Read(PacketWriter.Packet(
            Samples.ServerV6, Samples.ClientV6, IpProtocol.IcmpV6, message));
        IcmpView icmp = IcmpView.Read(in packet);
        Assert.That(icmp.Defect, Is.EqualTo(IcmpDefect.None));
        Assert.That((icmp.Kind, icmp.Code), Is.EqualTo((kind, 1)));
        AssertQuote(icmp.Quote, true, QuoteExtent.Header);
        Assert.That(icmp.Quote.Ack, Is.EqualTo(Samples.Syn.Ack));
        Assert.That(icmp.Quote.Flags, Is.EqualTo(TcpFlags.Syn));
    }

    [Test]
    public void FragmentationNeeded_Mtu_StandsInItsPlace([Values(0, 68, 1400)] int mtu)
    {
        byte[] message = IcmpWriter.FragmentationNeeded(
            (ushort)mtu, Samples.PacketV4(Samples.Syn));
        Assert.That(message[..2], Is.EqualTo(new byte[] { 3, 4 }));
        Assert.That(message[4..8], Is.EqualTo(
            new byte[] { 0, 0, (byte)(mtu >> 8), (byte)(mtu & 255) }));
        PacketView packet = PacketView.Read(PacketWriter.Packet(
            Samples.ServerV4, Samples.ClientV4, IpProtocol.Icmp, message));
        Assert.That(IcmpView.Read(in packet).Mtu, Is.EqualTo(mtu));
    }

    [Test]
    public void PacketTooBig_LongPacket_QuotesWhatFitsInto1280()
    {
        byte[] big = Samples.PacketV6(Samples.Syn with { Text = new byte[9000] });
        byte[] message = IcmpWriter.PacketTooBig(
            Samples.ServerV6, Samples.ClientV6, 70000, big);
        byte[] octets = PacketWriter.Packet(
            Samples.ServerV6, Samples.ClientV6, IpProtocol.IcmpV6, message);
        Assert.That(octets, Has.Length.EqualTo(1280));
        PacketView packet = PacketView.Read(octets);
        IcmpView icmp = IcmpView.Read(in packet);
        Assert.That((icmp.Type, icmp.Mtu), Is.EqualTo((2, 70000)));
        AssertQuote(icmp.Quote, true, QuoteExtent.Header);
    }

    [Test]
    public void Quote_CutAnywhere_GivesWhatIsThere()
    {
        byte[] v4 = PacketTests.WithV4Options(1, 1, 1, 1);
        byte[] v6 = PacketTests.WithV6Extensions(60, [6, 0, 1, 4, 0, 0, 0, 0]);
        for (int i = 0; i < v4.Length; i++)
        {
            Assert.That(QuoteView.Read(v4.AsSpan(0, i)).Extent, Is.EqualTo(
                Expected(i, 20, 24)), $"v4 {i}");
        }
        for (int i = 0; i < v6.Length; i++)
        {
            Assert.That(QuoteView.Read(v6.AsSpan(0, i)).Extent, Is.EqualTo(
                Expected(i, 40, 48)), $"v6 {i}");
        }
        Assert.That(QuoteView.Read(v6).Seq, Is.EqualTo(Samples.Syn.Seq));
    }

    [Test]
    public void Quote_LaterFragment_HasNoPorts()
    {
        byte[] v4 = Samples.PacketV4(Samples.Syn);
        v4[7] = 1;
        byte[] v6 = PacketTests.WithV6Extensions(44, [6, 0, 0, 8, 0, 0, 0, 1]);
        Assert.That(QuoteView.Read(v4).Extent, Is.EqualTo(QuoteExtent.Packet));
        Assert.That(QuoteView.Read(v6).Extent, Is.EqualTo(QuoteExtent.Packet));
    }

    [Test]
    public void Read_WrongChecksumOrShort_NamesTheDefect([Values] bool v6)
    {
        byte[] message = v6
            ? IcmpWriter.MessageV6(Samples.ClientV6, Samples.ServerV6, 128, 0, 7, [1, 2, 3])
            : IcmpWriter.MessageV4(8, 0, 7, [1, 2, 3]);
        Assert.That(Defect(message, v6), Is.EqualTo(IcmpDefect.None));
        message[^1] ^= 4;
        Assert.That(Defect(message, v6), Is.EqualTo(IcmpDefect.BadChecksum));
        Assert.That(Defect(message[..7], v6), Is.EqualTo(IcmpDefect.Truncated));
    }

    [Test]
    public void Types_OfEveryKind_LeadBackToIt([Values] IcmpKind kind, [Values] bool v6)
    {
        bool known = kind != IcmpKind.Other && (v6 ? kind != IcmpKind.SourceQuench
            : kind is not (IcmpKind.RouterSolicitation or IcmpKind.RouterAdvertisement
                or IcmpKind.NeighbourSolicitation or IcmpKind.NeighbourAdvertisement));
        if (!known)
        {
            Assert.That(() => IcmpTypes.TypeOf(kind, v6), Throws.ArgumentException);
            return;
        }
        byte code = kind == IcmpKind.PacketTooBig && !v6 ? (byte)4 : (byte)0;
        Assert.That(
            IcmpTypes.KindOf(IcmpTypes.TypeOf(kind, v6), code, v6), Is.EqualTo(kind));
    }

    [Test]
    public void Neighbour_SolicitationAndAnswer_RoundTrip()
    {
        Neighbour ask = Neighbour.Solicitation(Samples.ServerV6, Samples.ClientMac);
        Neighbour answer = ask.Advertisement(Samples.ServerMac);
        Assert.That(ReadBack(ask, 255, out Neighbour asked), Is.EqualTo(NeighbourDefect.None));
        Assert.That(asked, Is.EqualTo(ask));
        Assert.That(
            ReadBack(answer, 255, out Neighbour answered), Is.EqualTo(NeighbourDefect.None));
        Assert.That(answered, Is.EqualTo(answer));
        byte[] octets = answer.ToBytes(Samples.ServerV6, Samples.ClientV6);
        Assert.That(octets[0], Is.EqualTo(136));
        Assert.That(octets[4], Is.EqualTo(0x60), "solicited and override");
        Assert.That(octets[24..], Is.EqualTo(new byte[] { 2, 1, 2, 0, 0, 0, 0, 1 }));
        Assert.That(
            Neighbour.SolicitedNode(IpAddress.Parse("fe80::12:3456:789a")).ToString(),
            Is.EqualTo("ff02::1:ff56:789a"));
    }

    [Test]
    public void Neighbour_Defects_AreNamed()
    {
        Neighbour ask = Neighbour.Solicitation(Samples.ServerV6, Samples.ClientMac);
        Assert.That(ReadBack(ask, 64, out _), Is.EqualTo(NeighbourDefect.HopLimit));
        Assert.That(
            ReadBack(ask with { Target = IpAddress.Parse("ff02::1") }, 255, out _),
            Is.EqualTo(NeighbourDefect.MulticastTarget));
        byte[] target = new byte[16];
        Assert.That(ReadRaw(135, 1, target), Is.EqualTo(NeighbourDefect.Code));
        Assert.That(ReadRaw(135, 0, target[1..]), Is.EqualTo(NeighbourDefect.Truncated));
        Assert.That(ReadRaw(128, 0, target), Is.EqualTo(NeighbourDefect.NotNeighbour));
        Assert.That(ReadRaw(135, 0, target), Is.EqualTo(NeighbourDefect.None));
        Assert.That(
            ReadRaw(135, 0, [.. target, 1, 0, 0, 0, 0, 0, 0, 0]),
            Is.EqualTo(NeighbourDefect.OptionLength));
        Assert.That(
            ReadRaw(135, 0, [.. target, 1, 2, 0, 0, 0, 0, 0, 0]),
            Is.EqualTo(NeighbourDefect.OptionLength));
        Assert.That(ReadRaw(136, 0, [.. target, 1]), Is.EqualTo(NeighbourDefect.OptionLength));
    }

    private static QuoteExtent Expected(int octets, int fixedHeader, int wholeHeader) =>
        octets < fixedHeader ? QuoteExtent.Nothing
        : octets < wholeHeader + 8 ? QuoteExtent.Packet
        : octets < wholeHeader + 20 ? QuoteExtent.PortsAndSeq : QuoteExtent.Header;

    private static void AssertQuote(QuoteView quote, bool v6, QuoteExtent extent)
    {
        IpAddress from = v6 ? Samples.ClientV6 : Samples.ClientV4;
        IpAddress to = v6 ? Samples.ServerV6 : Samples.ServerV4;
        Assert.That(quote.Extent, Is.EqualTo(extent));
        Assert.That(quote.Source, Is.EqualTo(new SocketAddress(from, 40000)));
        Assert.That(quote.Destination, Is.EqualTo(new SocketAddress(to, 80)));
        Assert.That(quote.Seq, Is.EqualTo(Samples.Syn.Seq));
    }

    private static IcmpDefect Defect(byte[] message, bool v6)
    {
        PacketView packet = PacketView.Read(v6
            ? PacketWriter.Packet(
                Samples.ClientV6, Samples.ServerV6, IpProtocol.IcmpV6, message)
            : PacketWriter.Packet(Samples.ClientV4, Samples.ServerV4, IpProtocol.Icmp, message));
        return IcmpView.Read(in packet).Defect;
    }

    private static NeighbourDefect ReadBack(Neighbour message, byte hops, out Neighbour again)
    {
        PacketView packet = PacketView.Read(PacketWriter.Packet(
            Samples.ClientV6, Samples.ServerV6, IpProtocol.IcmpV6,
            message.ToBytes(Samples.ClientV6, Samples.ServerV6), hops));
        return Neighbour.Read(in packet, out again);
    }

    private static NeighbourDefect ReadRaw(byte type, byte code, byte[] body)
    {
        PacketView packet = PacketView.Read(PacketWriter.Packet(
            Samples.ClientV6, Samples.ServerV6, IpProtocol.IcmpV6,
            IcmpWriter.MessageV6(Samples.ClientV6, Samples.ServerV6, type, code, 0, body), 255));
        return Neighbour.Read(in packet, out _);
    }
}
