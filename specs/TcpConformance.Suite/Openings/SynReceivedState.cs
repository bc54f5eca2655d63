using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.10.7.4, as far as SYN-RECEIVED does otherwise than later states.
/// </summary>
internal static class SynReceivedState
{
    private const string Id = "rfc9293/3.10.7.4/syn-received/";

    private static readonly SceneOptions Simultaneous =
        new() { Opening = Opening.Simultaneous };

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "passive-rst-listen",
            "Ensure that a RST at RCV.NXT leads SYN-RECEIVED of a passive OPEN back to LISTEN: "
            + "the SYN,ACK is not sent again, and the next SYN is served.",
            PassiveReset,
            "rfc9293/MUST-11", "rfc9293/3.5.3/4", "rfc9293/3.3.2/11", "rfc9293/3.10.7.4/13",
            "rfc9293/3.10.7.4/15", "rfc9293/3.10.7.4/10").InBothFamilies(),
        Story.Of(
            Id + "active-rst-refused",
            "Ensure that a RST at RCV.NXT ends SYN-RECEIVED of an active OPEN, and the user is "
            + "told that the connection was refused.",
            ActiveReset,
            "rfc9293/MUST-11", "rfc9293/3.5.3/4", "rfc9293/3.10.7.4/14",
            "rfc9293/3.10.7.4/15"),
        Story.Of(
            Id + "unacceptable-ack",
            "Ensure that SYN-RECEIVED answers an ACK of ISS, which covers nothing, with "
            + "<SEQ=SEG.ACK><CTL=RST> and still can be opened.",
            UnacceptableAck,
            "rfc9293/3.10.7.4/29", "rfc9293/3.5.2/5", "rfc9293/3.5.2/6"),
        Story.Of(
            Id + "unacceptable-ack-above",
            "Ensure that an ACK of what was never sent does not open the connection.",
            AckAbove,
            "rfc9293/3.10.7.4/29", "rfc9293/3.5.2/5", "rfc9293/3.4.1/1"),
        Story.Of(
            Id + "syn-in-window",
            "Ensure that another SYN in the window does no lasting harm: after a RST the listener "
            + "serves the same pair.",
            SynInWindow,
            "rfc9293/3.10.7.4/20", "rfc9293/3.10.7.2/6"),
        Story.Of(
            Id + "syn-again",
            "Ensure that the same SYN again is answered again, and the handshake completes.",
            SynAgain,
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/28"),
        Story.Of(
            Id + "old-segment",
            "Ensure that a segment outside the window is answered with an ACK and changes nothing.",
            OldSegment,
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6"),
        Story.Of(
            Id + "ack-with-fin",
            "Ensure that an ACK of the SYN with a FIN opens the connection and leads to "
            + "CLOSE-WAIT.",
            AckWithFin,
            "rfc9293/3.10.7.4/57", "rfc9293/3.3.2/9", "rfc9293/3.10.7.4/55"),
        Story.Of(
            Id + "text-without-ack",
            "Ensure that text without the ACK bit neither opens the connection nor is taken.",
            TextWithoutAck,
            "rfc9293/3.10.7.4/25", "rfc9293/3.4.1/1"),
        Story.Of(
            Id + "rst-outside",
            "Ensure that a RST outside the window leaves SYN-RECEIVED as it is.",
            ResetOutside,
            "rfc9293/3.10.7.4/9", "rfc9293/3.5.3/1", "rfc5961/3.2/5"),
    ];

    private static async Task PassiveReset(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived();
        s.Peer.SendRst();
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), "rfc9293/3.10.7.4/15",
            "the SYN,ACK is not sent again after the reset");
        s.Peer.SndNxt = s.Peer.Iss += 70_000;
        s.Peer.SndUna = s.Peer.Iss;
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/MUST-11");
    }

    private static async Task ActiveReset(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/14";
        Scene s = await ctx.SynReceived(Simultaneous);
        s.Peer.SendRst();
        UserResult result = await ctx.Returned(
            s.User.Opened, ctx.Times.AtOnce, Must, "the user is told of the reset");
        ctx.Assert(
            result.Error is UserError.Refused, Must,
            $"the user was to be told of a refusal; it got {result.Error}");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), "rfc9293/3.10.7.4/15",
            "nothing is sent again after the reset");
        await ctx.IsGone(s.Peer, Must);
    }

    private static async Task UnacceptableAck(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/29";
        Scene s = await ctx.SynReceived();
        await ctx.ResetTo(
            s.Peer, () => s.Peer.SendAck(ack: s.Peer.Irs), Must,
            "SYN-RECEIVED answers an ACK of ISS with a RST");
        await ctx.ResetTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Ack, ack: s.Peer.Irs, text: Octets.Pattern(11), advance: false),
            Must, "SYN-RECEIVED answers text with an ACK of ISS with a RST");
        await Completes(ctx, s, "rfc9293/3.5.2/6");
    }

    // RFC 9293 says RST; RFC 5961 §5.2, whose check comes first where it is implemented, an ACK.
    private static async Task AckAbove(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/29";
        Scene s = await ctx.SynReceived();
        IutConnection user = s.Listener!.Accept(s.Peer);
        SeqNumber wrong = s.Peer.RcvNxt + 1;
        s.Peer.SendAck(ack: wrong);
        await s.Peer.ExpectEventually(
            a => (a.Has(TcpFlags.Rst) && a.Seq == wrong)
                || (a.IsBareAck && a.Seq == s.Peer.RcvNxt && a.Ack == s.Peer.SndNxt),
            ctx.Times.AtOnce, Must, "an ACK of what was never sent is answered");
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, "rfc9293/3.4.1/1", "the connection is not open");
        s.Peer.SendAck();
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the right ACK opens it");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, Must);
    }

    // Back to LISTEN (RFC 9293), with a reset (RFC 793), or challenged (RFC 5961): all end alike.
    private static async Task SynInWindow(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/20";
        Scene s = await ctx.SynReceived();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.SndNxt + 100, advance: false);
        await s.Peer.Next(ctx.Times.AtOnce);
        s.Peer.SendRst();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SndNxt = s.Peer.Iss += 300_000;
        s.Peer.SndUna = s.Peer.Iss;
        await ctx.Serves(s.Listener!, s.Peer, Must);
    }

    private static async Task SynAgain(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/4";
        Scene s = await ctx.SynReceived();
        for (int i = 0; i < 3; i++)
        {
            s.Peer.TakeUnread();
            s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, advance: false);
            await s.Peer.ExpectEventually(
                a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.Iss + 1 && a.TextLength == 0
                    && (a.Has(TcpFlags.Syn) ? a.Seq == s.Peer.Irs : a.Seq == s.Peer.RcvNxt),
                ctx.Times.AtOnce, Must, "the SYN is acknowledged again");
        }
        await Completes(ctx, s, "rfc9293/3.10.7.4/28");
    }

    private static async Task OldSegment(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/4";
        Scene s = await ctx.SynReceived();
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Ack, seq: s.Peer.SndNxt - 1000, text: Octets.Pattern(10),
                advance: false),
            Must, "an old segment is answered with an ACK");
        await Completes(ctx, s, "rfc9293/3.10.7.4/6");
    }

    private static async Task AckWithFin(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/57";
        Scene s = await ctx.SynReceived();
        IutConnection user = s.Listener!.Accept(s.Peer);
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Fin);
        await s.Peer.ExpectEventually(
            a => a.IsBareAck && a.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment, Must,
            "the FIN is acknowledged");
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the user is connected");
        await user.ReceiveEnd(ctx.Times.Patience, Must);
        await ctx.GoesOn(s with { State = SceneState.CloseWait, Connection = user }, Must);
    }

    private static async Task TextWithoutAck(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/25";
        Scene s = await ctx.SynReceived();
        IutConnection user = s.Listener!.Accept(s.Peer);
        s.Peer.Send(TcpFlags.Psh, text: Octets.Pattern(30, 5), advance: false);
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, Must, "the connection is not open");
        s.Peer.TakeUnread();
        s.Peer.SendAck();
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the ACK opens it");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, Must);
    }

    private static async Task ResetOutside(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/9";
        Scene s = await ctx.SynReceived();
        foreach (int off in new[] { -1, -2, 1_000_000, int.MinValue })
        {
            await ctx.NothingTo(
                s.Peer, () => s.Peer.SendRst(s.Peer.SndNxt + off), Must,
                "a RST outside the window gets no answer", Answers.IsSyn);
        }
        await Completes(ctx, s, Must);
    }

    private static async Task Completes(CaseContext ctx, Scene s, string requirement)
    {
        s.Peer.TakeUnread();
        s.Peer.SendAck();
        IutConnection user = s.Listener!.Accept(s.Peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the right ACK opens the connection");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, requirement);
    }
}
