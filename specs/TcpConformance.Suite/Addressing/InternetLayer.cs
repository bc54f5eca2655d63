using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Addressing;

/// <summary>RFC 9293 §3.7.2, §3.9.1.9, §3.9.2: what TCP takes from IP and asks of it.</summary>
internal static class InternetLayer
{
    private const int PathMtu = 1000;
    private const int TcpHeaderLength = 20;
    private const int TtlOffset = 8;
    private const int HopLimitOffset = 7;

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.9.2.3/syn-from-multicast",
            "Ensure that a SYN from a multicast, broadcast or unspecified address is discarded in "
            + "silence.",
            FromNoOne, "rfc9293/MUST-63"),
        Story.Of(
            "rfc9293/3.9.2/unknown-ip-options",
            "Ensure that IP options which the IUT does not know change nothing: handshake and "
            + "text go on.",
            UnknownIpOptions, "rfc9293/MUST-50"),
        .. Story.Of(
            "rfc9293/3.9.1.9/traffic-class",
            "Ensure that the traffic class which the user sets, and sets anew, is on the packets "
            + "of the connection as it was given.",
            TrafficClass,
            "rfc9293/MUST-48", "rfc9293/SHLD-21", "rfc9293/SHLD-22").InBothFamilies(),
        .. Story.Of(
            "rfc9293/3.9.2/ttl",
            "Ensure that the TTL of a connection's packets can be set.",
            TimeToLive, "rfc9293/MUST-49").InBothFamilies(),
        .. Story.Of(
            "rfc9293/3.7.2/path-mtu",
            "Ensure that text which was too big for the path is sent again in segments that fit.",
            PathMtuDiscovery, "rfc9293/3.7.2/1", "rfc7323/5.7/1").InBothFamilies(),
        Story.Of(
            "rfc9293/3.9.2.2/soft-error-told",
            "Ensure that a soft ICMP error is made known to the user of a connection that then "
            + "times out.",
            SoftErrorTold, "rfc9293/SHLD-25") with
        {
            Needs = Claims.UserTimeout,
        },
        Story.Of(
            "rfc9293/3.8.2/ecn",
            "Ensure that a SYN which asks for ECN is agreed to, and a congestion mark is echoed "
            + "until CWR.",
            CongestionEchoed, "rfc9293/SHLD-8") with
        {
            Needs = Claims.Ecn,
        },
    ];

    private static async Task FromNoOne(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-63";
        Scene s = await ctx.Listen();
        string[] sources = ["224.0.0.1", "255.255.255.255", "0.0.0.0"];
        foreach (IpAddress from in sources.Select(IpAddress.Parse).Append(ctx.MulticastAddress))
        {
            ctx.SendPacket(PacketWriter.Packet(
                from, s.Peer.IutSocket.Address, s.Peer.Make(TcpFlags.Syn, seq: s.Peer.Iss)));
            await s.Peer.Quiet(
                ctx.Times.AtOnce, Must, $"a SYN from {from} is discarded in silence");
        }
        await ctx.Delay(ctx.Times.FirstRetransmission);
        ctx.Assert(
            ctx.Strays.Count == 0, Must,
            $"a SYN from no host was to get no answer; {ctx.Strays.Count} came");
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.10.7.2/6");
    }

    // A no-operation stands before it, so that the header ends on a boundary of 32 bits.
    private static void SendWithIpOption(CaseContext ctx, Peer peer, Segment segment)
    {
        byte[] plain = PacketWriter.Packet(peer.Socket.Address, peer.IutSocket.Address, segment);
        byte[] packet = [.. plain[..20], 1, 0x5a, 6, 1, 2, 3, 4, 0, .. plain[20..]];
        packet[0] = 0x47;
        packet[2] = (byte)(packet.Length >> 8);
        packet[3] = (byte)(packet.Length & 0xff);
        packet[10] = 0;
        packet[11] = 0;
        ushort sum = Checksum.Of(packet.AsSpan(0, 28));
        packet[10] = (byte)(sum >> 8);
        packet[11] = (byte)(sum & 0xff);
        ctx.SendPacket(packet, peer.Pair);
    }

    private static async Task UnknownIpOptions(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-50";
        Scene s = await ctx.Listen();
        SendWithIpOption(ctx, s.Peer, s.Peer.Make(TcpFlags.Syn, seq: s.Peer.Iss));
        s.Peer.SndNxt = s.Peer.Iss + 1;
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Must, "the SYN is answered",
            ack: s.Peer.Iss + 1);
        s.Peer.SendAck();
        IutConnection user = s.Listener!.Accept(s.Peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the connection opens");
        byte[] text = Octets.Pattern(50);
        SendWithIpOption(
            ctx, s.Peer, s.Peer.Make(TcpFlags.Ack | TcpFlags.Psh, text: text));
        s.Peer.SndNxt += 50;
        byte[] got = await user.ReceiveExactly(50, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the text was to arrive");
        await ctx.FromUser(s.Peer, user, Must);
    }

    private static async Task Sets(
        CaseContext ctx, Scene s, UserOption option, int value, string requirement) =>
        await ctx.Returned(
            s.User.SetOption(option, value), UserError.None, ctx.Times.Patience, requirement,
            $"the user sets {option} to {value}");

    private static async Task<ReceivedSegment> NextText(CaseContext ctx, Scene s)
    {
        s.Peer.TakeUnread();
        _ = s.User.Send(40);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "the text is sent");
        s.Peer.SendAck();
        return r;
    }

    private static async Task TrafficClass(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        // Expedited forwarding, then assured forwarding 11 (RFC 3246, RFC 2597).
        foreach (int value in new[] { 46 << 2, 10 << 2, 0 })
        {
            await Sets(ctx, s, UserOption.TrafficClass, value, "rfc9293/MUST-48");
            ReceivedSegment r = await NextText(ctx, s);
            ctx.Assert(
                (r.TrafficClass & 0xfc) == value,
                value == 46 << 2 ? "rfc9293/MUST-48" : "rfc9293/SHLD-21",
                $"the DSCP was to be {value >> 2}; it is {r.TrafficClass >> 2}");
        }
    }

    private static async Task TimeToLive(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        foreach (int value in new[] { 33, 201 })
        {
            await Sets(ctx, s, UserOption.HopLimit, value, "rfc9293/MUST-49");
            ReceivedSegment r = await NextText(ctx, s);
            int hops = r.Packet.Span[ctx.UsesIpv6 ? HopLimitOffset : TtlOffset];
            ctx.Assert(
                hops == value, "rfc9293/MUST-49", $"the TTL was to be {value}; it is {hops}");
        }
    }

    // IPv6 knows no path below 1280 octets (RFC 8200 §5).
    private static async Task PathMtuDiscovery(CaseContext ctx)
    {
        const string Rec = "rfc9293/3.7.2/1";
        int mtu = ctx.UsesIpv6 ? 1280 : PathMtu;
        Scene s = await ctx.Established();
        _ = s.User.Send(2500);
        ReceivedSegment big = await s.Peer.ExpectEventually(
            a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "the text is sent");
        ctx.Require(big.Packet.Length > mtu, "the IUT sends no segments that are too big");
        SeqNumber first = big.Seq;
        s.Peer.SendIcmp(
            IcmpKind.PacketTooBig,
            ctx.UsesIpv6 ? (byte)0 : (byte)UnreachableCode.FragmentationNeeded, big, (uint)mtu);
        await ctx.Delay(ctx.Times.AtOnce);
        ReceivedSegment[] early = [.. s.Peer.TakeUnread()];
        ReceivedSegment? again = Array.Find(early, a => Fits(a, first, mtu));
        again ??= await s.Peer.ExpectEventually(
            a => Fits(a, first, mtu), ctx.Times.Patience, Rec,
            "the text is sent again in a segment that fits the path");
        s.Peer.SendAck(ack: first + again.TextLength);
        s.Peer.TakeUnread();
        for (SeqNumber una = first + again.TextLength; una < first + 2500;)
        {
            SeqNumber left = una;
            ReceivedSegment r = await s.Peer.ExpectEventually(
                a => a.TextLength > 0 && a.Seq <= left && a.End > left
                    && a.Packet.Length <= mtu,
                ctx.Times.Patience * 2, Rec, "the rest comes in segments that fit the path");
            una = r.End;
            s.Peer.SendAck(ack: una);
        }
    }

    private static bool Fits(ReceivedSegment s, SeqNumber first, int mtu) =>
        s.Seq == first && s.TextLength > mtu / 2 - TcpHeaderLength && s.Packet.Length <= mtu;

    private static async Task SoftErrorTold(CaseContext ctx)
    {
        const string Should = "rfc9293/SHLD-25";
        TimeSpan timeout = TimeSpan.FromSeconds(8);
        Scene s = await ctx.Established();
        await Sets(
            ctx, s, UserOption.UserTimeout, (int)timeout.TotalMilliseconds, "rfc9293/MUST-21");
        _ = s.User.Send(100);
        ReceivedSegment text = await s.Peer.ExpectEventually(
            a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "the text is sent");
        s.Peer.SendIcmp(IcmpKind.Unreachable, (byte)UnreachableCode.Host, text);
        UserError error = await s.User.Error(timeout * 3, Should);
        ctx.Assert(
            error == UserError.Unreachable, Should,
            $"the user was to learn that the host is unreachable; it was told {error}");
    }

    private static async Task CongestionEchoed(CaseContext ctx)
    {
        const string Should = "rfc9293/SHLD-8";
        const byte CongestionExperienced = 3;
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, seq: s.Peer.Iss);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece, ctx.Times.AtOnce, Should,
            "a SYN that asks for ECN is agreed to", ack: s.Peer.Iss + 1);
        s.Peer.SendAck();
        IutConnection user = s.Listener!.Accept(s.Peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Should, "the connection opens");
        for (int i = 0; i < 3; i++)
        {
            s.Peer.SendRaw(
                s.Peer.Make(TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(30, 30 * i)),
                i == 0 ? CongestionExperienced : (byte)2);
            s.Peer.SndNxt += 30;
            await s.Peer.ExpectEventually(
                a => a.Ack == s.Peer.SndNxt && a.Has(TcpFlags.Ece), ctx.Times.Acknowledgment,
                Should, "the mark is echoed in every ACK until CWR");
        }
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Cwr, text: Octets.Pattern(30, 90));
        await s.Peer.ExpectEventually(
            a => a.Ack == s.Peer.SndNxt && !a.Has(TcpFlags.Ece), ctx.Times.Acknowledgment,
            Should, "after CWR the mark is not echoed any more");
    }
}
