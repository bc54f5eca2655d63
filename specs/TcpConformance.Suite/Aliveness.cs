using TcpConformance.Harness;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite;

/// <summary>Shows that a connection lives as if nothing had been.</summary>
internal static class Aliveness
{
    // More than a segment of 536 octets, less than any window.
    private const int Octets = 700;

    /// <summary>Text goes from the tester to the user and is acknowledged.</summary>
    public static async Task ToUser(
        this CaseContext ctx, Peer peer, IutConnection user, string requirement)
    {
        TimeSpan within = ctx.Times.Patience;
        byte[] text = Harness.Octets.Pattern(Octets, peer.SndNxt - (peer.Iss + 1));
        await peer.DeliverText(text, 500, within, requirement);
        byte[] got = await user.ReceiveExactly(Octets, within, requirement);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), requirement,
            "the user was to receive the octets that were sent; it got others");
    }

    /// <summary>Text goes from the user to the tester, and nothing comes in the way.</summary>
    public static async Task FromUser(
        this CaseContext ctx, Peer peer, IutConnection user, string requirement)
    {
        byte[] text = Harness.Octets.Pattern(Octets, 17);
        Task<UserResult> sending = user.Send(text);
        byte[] got = await peer.ReceiveText(
            Octets, AckPolicy.EverySegment, ctx.Times.Patience, requirement);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), requirement,
            "the tester was to receive the octets that the user sent; it got others");
        await ctx.Returned(
            sending, UserError.None, ctx.Times.Patience, requirement, "SEND succeeds");
    }

    /// <summary>Text goes both ways.</summary>
    public static async Task BothWays(this CaseContext ctx, Scene s, string requirement)
    {
        await ctx.ToUser(s.Peer, s.User, requirement);
        await ctx.FromUser(s.Peer, s.User, requirement);
    }

    /// <summary>The connection does what its state still can do, to its end or nearly so.
    /// </summary>
    public static async Task GoesOn(this CaseContext ctx, Scene s, string requirement)
    {
        switch (s.State)
        {
            case SceneState.Established:
                await ctx.BothWays(s, requirement);
                break;
            case SceneState.FinWait1:
                s.Peer.SendAck();
                await ctx.ToUser(s.Peer, s.User, requirement);
                await ctx.EndsFromPeer(s, requirement);
                break;
            case SceneState.FinWait2:
                await ctx.ToUser(s.Peer, s.User, requirement);
                await ctx.EndsFromPeer(s, requirement);
                break;
            case SceneState.CloseWait:
                await ctx.FromUser(s.Peer, s.User, requirement);
                await ctx.UserEnds(s, requirement);
                break;
            case SceneState.Closing or SceneState.LastAck or SceneState.TimeWait:
                await ctx.StillAnswers(s.Peer, requirement);
                break;
            case SceneState.Closed or SceneState.Listen or SceneState.SynSent
                or SceneState.SynReceived:
                throw new InvalidOperationException($"{s.State} is not synchronized");
        }
    }

    /// <summary>The tester closes, and the user is told the end.</summary>
    public static async Task EndsFromPeer(
        this CaseContext ctx, Scene s, string requirement)
    {
        await ctx.AckTo(
            s.Peer, s.Peer.SendFin, requirement, "the IUT acknowledges the tester's FIN");
        await s.User.ReceiveEnd(ctx.Times.Patience, requirement);
    }

    /// <summary>The user closes its sending direction, and the FIN comes and is
    /// acknowledged.</summary>
    public static async Task UserEnds(this CaseContext ctx, Scene s, string requirement)
    {
        _ = s.User.Shutdown();
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Fin | TcpFlags.Ack) { TextLength = 0 },
            ctx.Times.Patience, requirement, "after CLOSE the IUT sends a FIN");
        s.Peer.SendAck();
    }

    /// <summary>An old duplicate is answered with an ACK of both sides' numbers: there is a
    /// connection, and it is where it was.</summary>
    public static async Task StillAnswers(
        this CaseContext ctx, Peer peer, string requirement) => await ctx.AckTo(
            peer, () => peer.Send(TcpFlags.Ack, seq: peer.SndNxt - 1, advance: false),
            requirement, "the connection still is there and answers an old duplicate");

    /// <summary>There is no connection any more: a segment of it is answered with a RST.
    /// </summary>
    public static async Task IsGone(
        this CaseContext ctx, Peer peer, string requirement) => await ctx.ResetTo(
            peer, () => peer.Send(TcpFlags.Ack, ack: peer.RcvNxt, advance: false), requirement,
            "the connection is gone: an ACK for it is answered with a RST");

    /// <summary>A handshake that the tester begins, from SYN to text both ways.</summary>
    public static async Task<Scene> Serves(
        this CaseContext ctx, Listener listener, Peer peer, string requirement)
    {
        peer.TakeUnread();
        peer.SendSyn();
        await peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack) { Ack = peer.Iss + 1 },
            ctx.Times.AtOnce, requirement, "the IUT answers a new SYN with a SYN,ACK");
        peer.SendAck();
        IutConnection user = listener.Accept(peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the user gets the connection");
        var s = new Scene(SceneState.Established, peer, user, listener);
        await ctx.BothWays(s, requirement);
        return s;
    }
}
