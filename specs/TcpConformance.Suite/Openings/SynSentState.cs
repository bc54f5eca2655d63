using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.10.7.3, check by check.</summary>
internal static class SynSentState
{
    private const string Id = "rfc9293/3.10.7.3/syn-sent/";

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            Id + "syn-with-text",
            "Ensure that text which comes with the SYN of a simultaneous opening waits and is "
            + "delivered when the connection is established.",
            SynWithText, "rfc9293/3.10.7.3/12") with
        {
            Needs = Spec.Profile.Claims.SynText,
        },
        .. Story.Of(
            Id + "unacceptable-ack",
            "Ensure that SYN-SENT answers an ACK of what it never sent with <SEQ=SEG.ACK>"
            + "<CTL=RST>, drops the rest of the segment, and still can be opened.",
            UnacceptableAck,
            "rfc9293/3.10.7.3/1", "rfc9293/3.10.7.3/2", "rfc9293/3.5.2/5", "rfc9293/3.5.2/6",
            "rfc9293/3.5/4").InBothFamilies(),
        Story.Of(
            Id + "unacceptable-ack-rst",
            "Ensure that SYN-SENT drops a RST with an unacceptable ACK without an answer.",
            ctx => ResetIgnored(ctx, p => p.Send(
                TcpFlags.Rst | TcpFlags.Ack, seq: new SeqNumber(0), ack: p.RcvNxt + 1)),
            "rfc9293/3.10.7.3/2", "rfc9293/3.5.3/2", "rfc5961/3.2/6"),
        Story.Of(
            Id + "rst-no-ack",
            "Ensure that SYN-SENT drops a RST without ACK.",
            ctx => ResetIgnored(ctx, p => p.Send(TcpFlags.Rst, seq: new SeqNumber(0))),
            "rfc9293/3.10.7.3/6", "rfc9293/3.5.3/2", "rfc5961/3.2/6"),
        .. Story.Of(
            Id + "refused",
            "Ensure that SYN-SENT is ended by a RST that acknowledges the SYN, and the user is "
            + "told at once.",
            Refused,
            "rfc9293/3.10.7.3/5", "rfc9293/3.5.3/2", "rfc9293/3.3.2/22",
            "rfc9293/MUST-47").InBothFamilies(),
        Story.Of(
            Id + "refused-with-text",
            "Ensure that a RST that acknowledges the SYN ends SYN-SENT although it carries text.",
            ctx => RefusedBy(ctx, Octets.Pattern(16)),
            "rfc9293/SHLD-2", "rfc9293/3.10.7.3/5"),
        Story.Of(
            Id + "neither-syn-nor-rst",
            "Ensure that SYN-SENT drops segments without SYN and RST, even with an acceptable ACK.",
            NeitherSynNorRst,
            "rfc9293/3.10.7.3/13", "rfc9293/3.10.7.4/53"),
        .. Story.Of(
            Id + "syn-ack",
            "Ensure that a SYN,ACK leads SYN-SENT to ESTABLISHED with <SEQ=SND.NXT><ACK=RCV.NXT>"
            + "<CTL=ACK>, wherever the tester's ISN lies.",
            SynAck,
            "rfc9293/3.10.7.3/8", "rfc9293/3.3.2/7", "rfc9293/3.4.1/1",
            "rfc9293/3.4/3").InBothFamilies(),
        Story.Of(
            Id + "syn-ack-with-text",
            "Ensure that text on a SYN,ACK reaches the user once, taken at once or when "
            + "sent again.",
            SynAckWithText,
            "rfc9293/3.10.7.3/10"),
        Story.Of(
            Id + "send-queued",
            "Ensure that text given to SEND in SYN-SENT goes out after the handshake, first "
            + "octet first.",
            SendQueued,
            "rfc9293/3.10.2/3", "rfc9293/3.10.7.3/9", "rfc9293/3.1/8", "rfc9293/3.5/2"),
        Story.Of(
            Id + "dup-syn-ack-after",
            "Ensure that a SYN,ACK that comes again, because our ACK was lost, is answered with "
            + "the ACK again.",
            SynAckAgain,
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/22", "rfc5961/4.2/2"),
    ];

    private static async Task SynWithText(CaseContext ctx)
    {
        const string Should = "rfc9293/3.10.7.3/12";
        Scene s = await ctx.SynSent();
        byte[] text = Octets.Pattern(20);
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, text: text);
        Task<UserResult> receiving = s.User.Receive();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Syn | TcpFlags.Ack), ctx.Times.Patience, "rfc9293/MUST-10",
            "the SYN is answered with a SYN,ACK");
        await ctx.StillWaiting(
            receiving, ctx.Times.AtOnce, Should, "the text waits for the handshake");
        s.Peer.SendAck();
        UserResult got = await ctx.Returned(
            receiving, UserError.None, ctx.Times.Patience, Should, "the text is delivered");
        ctx.Assert(
            got.Text.Span.SequenceEqual(text), Should, "the user was to get the SYN's text");
    }

    private static async Task UnacceptableAck(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.3/1";
        Scene s = await ctx.SynSent();
        Peer peer = s.Peer;
        // ISS itself, before it, beyond SND.NXT, and far away.
        foreach (int off in new[] { -1, -2, 1, 100_000, int.MinValue })
        {
            foreach (TcpFlags more in new[] { TcpFlags.None, TcpFlags.Syn, TcpFlags.Fin })
            {
                await ctx.ResetTo(
                    peer,
                    () => peer.Send(
                        TcpFlags.Ack | more, ack: peer.RcvNxt + off, advance: false,
                        text: Octets.Pattern(7)),
                    Must, $"SYN-SENT answers ACK={peer.RcvNxt + off} with a RST");
            }
        }
        await Opens(ctx, s, "rfc9293/3.5.2/6");
    }

    private static async Task ResetIgnored(CaseContext ctx, Func<Peer, SentSegment> reset)
    {
        Scene s = await ctx.SynSent();
        await ctx.NothingTo(
            s.Peer, () => reset(s.Peer), "rfc9293/3.5.3/2", "SYN-SENT drops the RST",
            Answers.IsSyn);
        await ctx.StillWaiting(
            s.User.Opened, ctx.Times.AtOnce, "rfc9293/3.5.3/2", "the OPEN goes on");
        await Opens(ctx, s, "rfc9293/3.5.3/2");
    }

    private static Task Refused(CaseContext ctx) => RefusedBy(ctx, []);

    private static async Task RefusedBy(CaseContext ctx, byte[] text)
    {
        const string Must = "rfc9293/3.10.7.3/5";
        Scene s = await ctx.SynSent();
        s.Peer.Send(
            TcpFlags.Rst | TcpFlags.Ack, seq: new SeqNumber(0), text: text, advance: false);
        UserResult result = await ctx.Returned(
            s.User.Opened, ctx.Times.AtOnce, Must, "the user is told of the reset");
        ctx.Assert(
            result.Error is UserError.Refused or UserError.Reset, Must,
            $"the user was to be told of a reset or a refusal; it got {result.Error}");
        // The SYN is not sent again.
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), Must, "nothing more is sent after the reset");
        await ctx.IsGone(s.Peer, "rfc9293/3.3.2/22");
    }

    private static async Task NeitherSynNorRst(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.3/13";
        Scene s = await ctx.SynSent();
        TcpFlags[] kinds =
        [
            TcpFlags.Ack, TcpFlags.Ack | TcpFlags.Fin, TcpFlags.Fin, TcpFlags.None,
            TcpFlags.Psh, TcpFlags.Ack | TcpFlags.Psh,
        ];
        foreach (TcpFlags flags in kinds)
        {
            await ctx.NothingTo(
                s.Peer,
                () => s.Peer.Send(flags, text: Octets.Pattern(9), advance: false), Must,
                $"SYN-SENT drops {flags.ToText()}", Answers.IsSyn);
        }
        await Opens(ctx, s, Must);
    }

    private static async Task SynAck(CaseContext ctx)
    {
        foreach (uint iss in new uint[] { 0, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff })
        {
            Scene s;
            using (ctx.Preamble())
            {
                s = await ctx.SynSent(new SceneOptions
                {
                    Peer = new PeerOptions { Iss = new SeqNumber(iss) },
                });
            }
            await Opens(ctx, s, "rfc9293/3.10.7.3/8");
        }
    }

    private static async Task SynAckWithText(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.3/10";
        Scene s = await ctx.SynSent();
        Peer peer = s.Peer;
        byte[] text = Octets.Pattern(50);
        peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: peer.Iss, text: text, advance: false);
        peer.SndNxt = peer.Iss + 1;
        await peer.ExpectEventually(
            a => a.IsBareAck && a.Ack >= peer.Iss + 1, ctx.Times.AtOnce, Must,
            "the SYN,ACK is acknowledged");
        peer.SendText(text);
        byte[] got = await s.User.ReceiveExactly(50, ctx.Times.Patience, Must);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), Must,
            "the user was to get the text of the SYN,ACK");
        await ctx.BothWays(s with { State = SceneState.Established }, Must);
    }

    private static async Task SendQueued(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.2/3";
        Scene s = await ctx.SynSent();
        byte[] text = Octets.Pattern(1200);
        Task<UserResult> sending = s.User.Send(text);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Must, "no text goes before the handshake", Answers.IsSyn);
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        // The first octet has ISS+1, whether an ACK without text comes before it or not.
        byte[] got = await s.Peer.ReceiveText(
            1200, AckPolicy.EverySegment, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the text was to come unchanged");
        // A SEND before the connection is open may also be refused by a blocking interface:
        // then nothing comes and the case has failed above.
        await ctx.Returned(
            sending, UserError.None, ctx.Times.Patience, Must, "the queued SEND succeeds");
    }

    private static async Task SynAckAgain(CaseContext ctx)
    {
        Scene s = await ctx.Established(new SceneOptions { Opening = Opening.Active });
        for (int i = 0; i < 3; i++)
        {
            await ctx.AckTo(
                s.Peer,
                () => s.Peer.Send(
                    TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss, ack: s.Peer.Irs + 1,
                    advance: false),
                "rfc9293/3.10.7.4/22", "the SYN,ACK is acknowledged again");
        }
        await ctx.BothWays(s, "rfc9293/3.10.7.4/23");
    }

    private static async Task Opens(CaseContext ctx, Scene s, string requirement)
    {
        s.Peer.TakeUnread();
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack)
            {
                Seq = s.Peer.Irs + 1, Ack = s.Peer.Iss + 1, TextLength = 0,
            },
            ctx.Times.AtOnce, requirement, "the IUT acknowledges the SYN,ACK");
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the user is told that the connection is open");
        await ctx.BothWays(s with { State = SceneState.Established }, requirement);
    }
}
