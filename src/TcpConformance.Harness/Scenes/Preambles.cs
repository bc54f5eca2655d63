using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Scenes;

/// <summary>Brings the IUT into each of the eleven states of RFC 9293 §3.3.2, figure 5, on
/// each way that the figure offers. What fails on the way makes a case inconclusive.</summary>
public static partial class Preambles
{
    // No requirement is judged on the way.
    private const string Nothing = "";

    /// <summary>LISTEN; the peer has sent nothing yet.</summary>
    public static async Task<Scene> Listen(this CaseContext ctx, SceneOptions? options = null)
    {
        SceneOptions o = options ?? new SceneOptions();
        using (ctx.Preamble())
        {
            Listener listener = o.Listener
                ?? await ctx.Upper.Listen(ipv6: o.Peer.Ipv6);
            return new Scene(SceneState.Listen, listener.NewPeer(o.Peer), null, listener);
        }
    }

    /// <summary>SYN-SENT; the IUT's SYN has been taken.</summary>
    public static async Task<Scene> SynSent(this CaseContext ctx, SceneOptions? options = null)
    {
        SceneOptions o = options ?? new SceneOptions();
        using (ctx.Preamble())
        {
            Peer peer = ctx.NewPeer(o.Peer);
            IutConnection connection = ctx.Upper.Connect(peer);
            await peer.Expect(
                new ExpectedSegment(TcpFlags.Syn)
                {
                    // A SYN may ask for ECN (RFC 3168 §6.1.1).
                    Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
                },
                ctx.Times.Patience, Nothing, "after CONNECT the IUT sends a SYN");
            return new Scene(SceneState.SynSent, peer, connection, null);
        }
    }

    /// <summary>SYN-RECEIVED; the IUT's SYN,ACK has been taken. An active opening means the
    /// simultaneous one: there is no other way.</summary>
    public static async Task<Scene> SynReceived(
        this CaseContext ctx, SceneOptions? options = null)
    {
        SceneOptions o = options ?? new SceneOptions();
        using (ctx.Preamble())
        {
            Scene before = o.Opening == Opening.Passive
                ? await ctx.Listen(o)
                : await ctx.SynSent(o);
            Peer peer = before.Peer;
            peer.SendSyn();
            await peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Patience, Nothing,
                "the IUT answers the SYN with a SYN,ACK", ack: peer.Iss + 1);
            return before with { State = SceneState.SynReceived };
        }
    }

    /// <summary>ESTABLISHED; the user has the connection, nothing is outstanding.</summary>
    public static async Task<Scene> Established(
        this CaseContext ctx, SceneOptions? options = null)
    {
        SceneOptions o = options ?? new SceneOptions();
        using (ctx.Preamble())
        {
            return o.Opening switch
            {
                Opening.Passive => await EstablishedPassive(ctx, o),
                Opening.Active => await EstablishedActive(ctx, o),
                Opening.Simultaneous => await EstablishedSimultaneous(ctx, o),
            };
        }
    }

    private static async Task<Scene> EstablishedPassive(CaseContext ctx, SceneOptions o)
    {
        Scene s = await ctx.SynReceived(o);
        s.Peer.SendAck();
        IutConnection connection = s.Listener!.Accept(s.Peer);
        await Opened(ctx, connection);
        return s with { State = SceneState.Established, Connection = connection };
    }

    private static async Task<Scene> EstablishedActive(CaseContext ctx, SceneOptions o)
    {
        Scene s = await ctx.SynSent(o);
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.Patience, Nothing, "the IUT acknowledges the SYN,ACK",
            ack: s.Peer.Iss + 1, length: 0);
        await Opened(ctx, s.User);
        return s with { State = SceneState.Established };
    }

    private static async Task<Scene> EstablishedSimultaneous(CaseContext ctx, SceneOptions o)
    {
        Scene s = await ctx.SynReceived(o);
        s.Peer.SendAck();
        await Opened(ctx, s.User);
        return s with { State = SceneState.Established };
    }

    private static async Task Opened(CaseContext ctx, IutConnection connection) =>
        await ctx.Returned(
            connection.Opened, UserError.None, ctx.Times.Patience, Nothing,
            "the user is told that the connection is open");

    /// <summary>FIN-WAIT-1; the IUT's FIN has been taken, and not acknowledged.</summary>
    public static async Task<Scene> FinWait1(this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.Established(options);
            await UserCloses(ctx, s, options);
            return s with { State = SceneState.FinWait1 };
        }
    }

    /// <summary>FIN-WAIT-2; the IUT's FIN has been acknowledged.</summary>
    public static async Task<Scene> FinWait2(this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.FinWait1(options);
            s.Peer.SendAck();
            return s with { State = SceneState.FinWait2 };
        }
    }

    /// <summary>CLOSE-WAIT; the tester's FIN has been acknowledged.</summary>
    public static async Task<Scene> CloseWait(
        this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.Established(options);
            s.Peer.SendFin();
            await FinAcknowledged(ctx, s.Peer);
            return s with { State = SceneState.CloseWait };
        }
    }

    /// <summary>CLOSING; FINs have crossed, and the IUT's is not acknowledged.</summary>
    public static async Task<Scene> Closing(this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.FinWait1(options);
            // RFC 9293 §3.6, figure 13: the tester had not seen the IUT's FIN.
            s.Peer.Send(TcpFlags.Fin | TcpFlags.Ack, ack: s.Peer.RcvNxt - 1);
            await FinAcknowledged(ctx, s.Peer);
            return s with { State = SceneState.Closing };
        }
    }

    /// <summary>LAST-ACK; the IUT's FIN has been taken, and not acknowledged.</summary>
    public static async Task<Scene> LastAck(this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.CloseWait(options);
            await UserCloses(ctx, s, options);
            return s with { State = SceneState.LastAck };
        }
    }

    private static async Task UserCloses(CaseContext ctx, Scene s, SceneOptions? options)
    {
        Task<UserResult> call =
            options?.FullClose == true ? s.User.Close() : s.User.Shutdown();
        await s.Peer.Expect(
            TcpFlags.Fin | TcpFlags.Ack, ctx.Times.Patience, Nothing,
            "after CLOSE the IUT sends a FIN", seq: s.Peer.RcvNxt, length: 0);
        // A stack may send before its user's call is done, and keep what comes until then; what
        // becomes of that is no question of the state (docs/findings.md, Linux's backlog).
        await ctx.ReturnedOrNot(call, ctx.Times.Patience);
    }

    // In CLOSING the IUT's own FIN may go with it once more (RFC 9293 §3.10.8), and on a slow
    // machine alone before.
    private static async Task FinAcknowledged(CaseContext ctx, Peer peer) =>
        await peer.ExpectEventually(
            r => r.Has(TcpFlags.Ack) && !r.Has(TcpFlags.Rst) && r.Ack == peer.SndNxt
                && r.TextLength == 0,
            ctx.Times.Patience, Nothing, "the IUT acknowledges the FIN");
}
