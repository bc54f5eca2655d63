using System.Buffers.Binary;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Walkthrough;

/// <summary>The classic account of TCP: the header and its options, octet by octet. The octets are
/// read and written here by hand, so that a fault of the project's own codec would show.</summary>
internal static class HeaderWalk
{
    private const string Layout = "rfc9293/3.1/1";

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "walkthrough/header/fields",
            "Ensure that every field of the IUT's header stands where the figure shows it.",
            Fields).Judges(Layout, "rfc9293/3.1/2", "rfc9293/3.1/3", "rfc9293/MUST-2"),
        new TestCase(
            "walkthrough/header/mss-octets",
            "Ensure that the MSS option of the IUT is 02 04 and two octets, and ours is read.",
            MssOctets).Judges("rfc9293/3.2/1", "rfc9293/MUST-14"),
        new TestCase(
            "walkthrough/header/end-and-nop",
            "Ensure that 01 is skipped and 00 ends the list.", EndAndNop)
            .Judges("rfc9293/MUST-4", "rfc9293/MUST-64"),
        new TestCase(
            "walkthrough/header/timestamps-echoed",
            "Ensure that 08 0a, a value and an echo are answered with the value echoed.",
            TimestampsEchoed).Judges("rfc7323/3.2/2", "rfc7323/4.3/5") with
            {
                Needs = Claims.Timestamps,
            },
        new TestCase(
            "walkthrough/header/timestamps-paws",
            "Ensure that text with an older timestamp is dropped.", TimestampsPaws)
            .Judges("rfc7323/5.3/3") with { Needs = Claims.Timestamps },
        new TestCase(
            "walkthrough/header/unknown-ignored",
            "Ensure that an unknown option is skipped by its length.", UnknownIgnored)
            .Judges("rfc9293/MUST-6", "rfc9293/MUST-68"),
    ];

    // The TCP header of a received packet: 20 octets of IPv4 before it, or its IHL.
    private static ReadOnlyMemory<byte> Header(ReceivedSegment r) =>
        r.Packet[((r.Packet.Span[0] & 15) * 4)..];

    private static async Task Fields(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await s.User.Send(100);
        ReceivedSegment r = await s.Peer.Expect(
            x => x.TextLength == 100, ctx.Times.AtOnce, "rfc9293/MUST-60", "text goes out");
        byte[] h = Header(r).ToArray();
        void Is(bool holds, string words, string id = Layout) => ctx.Assert(holds, id, words);

        Is(Word(h, 0) == s.Peer.IutSocket.Port, "octets 0-1 are the source port");
        Is(Word(h, 2) == s.Peer.Socket.Port, "octets 2-3 are the destination port");
        Is(Long(h, 4) == (s.Peer.Irs + 1).Value, "octets 4-7 are the sequence number, y+1");
        Is(Long(h, 8) == (s.Peer.Iss + 1).Value, "octets 8-11 are the acknowledgment, x+1");
        Is(h[12] >> 4 == 5, "octet 12 begins with the data offset, 5", "rfc9293/3.1/2");
        Is((h[12] & 15) == 0, "then come four reserved bits of zero", "rfc9293/3.1/3");
        Is((h[13] & 0b1111_0111) == 0b0001_0000, "octet 13 has ACK, and PSH perhaps");
        Is(Word(h, 14) == r.Window && r.Window > 0, "octets 14-15 are the window");
        Is(SumIsRight(r), "octets 16-17 are the checksum", "rfc9293/MUST-2");
        Is(Word(h, 18) == 0, "octets 18-19, the urgent pointer, are zero without URG");
        Is(
            h.AsSpan(20).SequenceEqual(Octets.Pattern(100)),
            "behind 5 words of 32 bits the text begins", "rfc9293/3.1/2");
        s.Peer.SendAck();
    }

    private static int Word(byte[] h, int at) => BinaryPrimitives.ReadUInt16BigEndian(h.AsSpan(at));

    private static uint Long(byte[] h, int at) =>
        BinaryPrimitives.ReadUInt32BigEndian(h.AsSpan(at));

    // The one's complement sum over pseudo header and segment, the slow way of the RFC.
    private static bool SumIsRight(ReceivedSegment r)
    {
        byte[] tcp = Header(r).ToArray();
        ReadOnlySpan<byte> ip = r.Packet.Span;
        byte[] length = [(byte)(tcp.Length >> 8), (byte)(tcp.Length & 255)];
        byte[] all = [.. ip[12..20], 0, 6, .. length, .. tcp, .. new byte[tcp.Length & 1]];
        uint sum = 0;
        for (int i = 0; i < all.Length; i += 2)
        {
            sum += (uint)Word(all, i);
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return sum == 0xffff;
    }

    private static async Task MssOctets(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: (byte[])[2, 4, 0x01, 0xf4]);
        ReceivedSegment syn = await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.2/4",
            "the SYN is answered", ack: s.Peer.Iss + 1);
        byte[] options = syn.OptionOctets.ToArray();
        int at = options.AsSpan().IndexOf((ReadOnlySpan<byte>)[2, 4]);
        ctx.Assert(at >= 0, "rfc9293/3.2/1", "the options have 02 04");
        int mss = (options[at + 2] << 8) | options[at + 3];
        ctx.Assert(
            mss == s.Peer.SendMss && mss >= 536, "rfc9293/MUST-14",
            $"then come two octets of MSS: {mss}");
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        await open.User.Send(600);
        await s.Peer.ExpectEventually(
            r => r.TextLength == 500, ctx.Times.Patience, "rfc9293/MUST-16",
            "our 01 f4 is an MSS of 500");
        s.Peer.SendAck();
    }

    private static async Task EndAndNop(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(40);
        byte[][] options =
        [
            [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0],
        ];
        for (int i = 0; i < options.Length; i++)
        {
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Psh, text: text.AsMemory(i * 10, 10),
                options: options[i]);
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/MUST-4",
                $"text behind {Convert.ToHexStringLower(options[i])} is taken");
        }
        await ctx.Reads(s, text, "rfc9293/MUST-4");
    }

    private static byte[] Stamp(uint value, uint echo)
    {
        byte[] o = [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(o.AsSpan(4), value);
        BinaryPrimitives.WriteUInt32BigEndian(o.AsSpan(8), echo);
        return o;
    }

    private static async Task<Scene> Timed(CaseContext ctx, uint value)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: Stamp(value, 0));
        ReceivedSegment r = await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.2/4",
            "the SYN is answered");
        AssertEcho(ctx, r, value);
        s.Peer.Send(TcpFlags.Ack, options: Stamp(value, s.Peer.TsRecent));
        return await ctx.Accepted(s);
    }

    private static void AssertEcho(CaseContext ctx, ReceivedSegment r, uint value)
    {
        byte[] o = r.OptionOctets.ToArray();
        int at = o.AsSpan().IndexOf((ReadOnlySpan<byte>)[8, 10]);
        ctx.Assert(at >= 0, "rfc7323/3.2/2", "the options have 08 0a");
        ctx.Assert(
            Long(o, at + 6) == value, "rfc7323/4.3/5",
            $"the second number is ours, {value}; not {Long(o, at + 6)}");
    }

    private static async Task TimestampsEchoed(CaseContext ctx)
    {
        Scene s = await Timed(ctx, 0x01020304);
        foreach (uint value in (uint[])[0x01020305, 0x02000000, 0x7000_0000])
        {
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(10),
                options: Stamp(value, s.Peer.TsRecent));
            AssertEcho(
                ctx,
                await s.Peer.Acknowledges(
                    s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc7323/3.2/2", "an ACK comes"),
                value);
        }
    }

    private static async Task TimestampsPaws(CaseContext ctx)
    {
        Scene s = await Timed(ctx, 50_000);
        byte[] text = Octets.Pattern(10);
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(10, 100),
            options: Stamp(100, s.Peer.TsRecent), advance: false);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, "rfc7323/5.3/3",
            "text from the past is dropped and answered with an ACK", ack: s.Peer.SndNxt);
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, text: text, options: Stamp(50_001, s.Peer.TsRecent));
        await ctx.Reads(s, text, "rfc7323/5.3/3");
    }

    private static async Task UnknownIgnored(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        // Kind 200 of 5 octets, whose body looks like an MSS of 64; then an MSS of 800.
        byte[] options = [200, 6, 2, 4, 0, 64, 2, 4, 0x03, 0x20, 1, 1];
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: options);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/MUST-6",
            "a SYN with an unknown option is answered");
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        await open.User.Send(1600);
        await s.Peer.ExpectEventually(
            r => r.TextLength == 800, ctx.Times.Patience, "rfc9293/MUST-6",
            "the option behind the unknown one is read, and not its body");
        s.Peer.SendAck();
    }
}
