using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class ChecksumTests
{
    // RFC 1071 §1 word by word; nothing clever.
    private static ushort PlainSum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i += 2)
        {
            uint low = i + 1 < octets.Length ? octets[i + 1] : 0u;
            sum += ((uint)octets[i] << 8) + low;
            sum = sum > 0xffff ? sum - 0xffff : sum;
        }
        return (ushort)sum;
    }

    [Test]
    public void Sum_EveryLengthTo300_AgreesWithThePlainSum()
    {
        for (int length = 0; length <= 300; length++)
        {
            byte[] octets = Samples.Octets(length, length);
            Assert.That(Checksum.Sum(octets), Is.EqualTo(PlainSum(octets)), $"{length} octets");
        }
    }

    [TestCase(1447)]
    [TestCase(9001)]
    [TestCase(65535)]
    public void Sum_LongAndAllOnes_AgreesWithThePlainSum(int length)
    {
        byte[] octets = new byte[length];
        octets.AsSpan().Fill(0xff);
        Assert.That(Checksum.Sum(octets), Is.EqualTo(PlainSum(octets)));
    }

    [Property(MaxTest = 500)]
    public bool Sum_AnyOctetsAtAnyAlignment_AgreesWithThePlainSum(byte[] octets, byte skip)
    {
        byte[] more = [.. octets, .. Samples.Octets(octets.Length, octets.Length * 5)];
        ReadOnlySpan<byte> from = more.AsSpan(Math.Min(skip % 9, more.Length));
        return Checksum.Sum(from) == PlainSum(from);
    }

    [Test]
    public void Sum_ExampleOfRfc1071_IsDdf2() => Assert.That(
        Checksum.Sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), Is.EqualTo(0xddf2));

    [Property(MaxTest = 500)]
    public bool OfSegment_V4_AgreesWithThePlainPseudoHeader(
        uint source, uint destination, byte[] text)
    {
        byte[] segment = [.. new byte[16], 0, 0, .. text];
        byte[] pseudo = new byte[12];
        IpAddress.V4(source).Write(pseudo);
        IpAddress.V4(destination).Write(pseudo.AsSpan(4));
        pseudo[9] = 6;
        pseudo[10] = (byte)(segment.Length >> 8);
        pseudo[11] = (byte)(segment.Length & 0xff);
        ushort plain = PlainSum([.. pseudo, .. segment]);
        return Checksum.OfSegment(IpAddress.V4(source), IpAddress.V4(destination), segment)
            == 0xffff - plain;
    }

    [Property(MaxTest = 500)]
    public bool OfSegment_V6_AgreesWithThePlainPseudoHeader(int seed, byte[] text)
    {
        byte[] addresses = Samples.Octets(seed, 32);
        byte[] segment = [.. new byte[18], .. text];
        byte[] pseudo = [.. addresses, .. new byte[8]];
        pseudo[34] = (byte)(segment.Length >> 8);
        pseudo[35] = (byte)(segment.Length & 0xff);
        pseudo[39] = 6;
        ushort plain = PlainSum([.. pseudo, .. segment]);
        return Checksum.OfSegment(
            IpAddress.Read(addresses.AsSpan(0, 16)), IpAddress.Read(addresses.AsSpan(16)),
            segment) == 0xffff - plain;
    }

    [Property(MaxTest = 500)]
    public bool ToBytes_ThenOneBitFlipped_IsNoLongerValid(int seed, ushort bit)
    {
        Segment segment = Samples.Syn with { Text = Samples.Octets(seed, 33) };
        byte[] octets = segment.ToBytes(Samples.ClientV4, Samples.ServerV4);
        bool before = Checksum.IsValid(Samples.ClientV4, Samples.ServerV4, octets);
        octets[bit / 8 % octets.Length] ^= (byte)(1 << (bit % 8));
        return before && !Checksum.IsValid(Samples.ClientV4, Samples.ServerV4, octets);
    }

    // What matters is that a receiver finds it right: 0 and ffff are the same to it.
    [Property(MaxTest = 500)]
    public bool Update_OneWordChanged_LeavesAValidHeader(int seed, byte word, ushort after)
    {
        byte[] header = Samples.PacketV4(Samples.Syn)[..20];
        Samples.Octets(seed, 8).CopyTo(header, 12);
        header[10] = header[11] = 0;
        SetWord(header, 10, Checksum.Of(header));
        int at = word % 10 * 2;
        at = at == 10 ? 0 : at;
        ushort before = Word(header, at);
        ushort updated = Checksum.Update(Word(header, 10), before, after);
        SetWord(header, at, after);
        SetWord(header, 10, updated);
        return Checksum.Sum(header) == 0xffff;
    }

    // RFC 1624 §4: HC = DD2F, m = 5555, m' = 3285 must give 0000, not FFFF.
    [Test]
    public void Update_ExampleOfRfc1624_IsZero() =>
        Assert.That(Checksum.Update(0xDD2F, 0x5555, 0x3285), Is.Zero);

    [Test]
    public void Update_NothingChanged_IsTheSame([Values(0x0000, 0x0001, 0xDD2F, 0xfffe)] int hc) =>
        Assert.That(Checksum.Update((ushort)hc, 0x1234, 0x1234), Is.EqualTo(hc));

    private static ushort Word(byte[] octets, int at) =>
        (ushort)((octets[at] << 8) | octets[at + 1]);

    private static void SetWord(byte[] octets, int at, ushort word)
    {
        octets[at] = (byte)(word >> 8);
        octets[at + 1] = (byte)(word & 0xff);
    }
}
