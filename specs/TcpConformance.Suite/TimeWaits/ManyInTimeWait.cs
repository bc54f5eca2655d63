using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.TimeWaits;

/// <summary>A server that has closed thousands of connections first.</summary>
internal static class ManyInTimeWait
{
    private const int Connections = 2000;
    private const int AtATime = 50;

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "walkthrough/time-wait/thousands",
            "Ensure that a server with two thousand connections in TIME-WAIT still serves, and "
            + "takes a good new SYN on one of their pairs.",
            Thousands,
            "rfc9293/MUST-13", "rfc9293/3.10.7.2/6", "rfc9293/MAY-2") with
        {
            Traits = CaseTraits.LongRunning,
        },
    ];

    private static async Task Thousands(CaseContext ctx)
    {
        Listener listener = await ctx.Upper.Listen();
        var peers = new List<Peer>();
        for (int i = 0; i < Connections; i += AtATime)
        {
            peers.AddRange(await CloseSome(ctx, listener));
        }
        await ctx.Serves(
            listener, listener.NewPeer(), "rfc9293/3.10.7.2/6");
        await ctx.StillAnswers(peers[^1], "rfc9293/MUST-13");
        if (ctx.Claims(Claims.TimeWaitReuse))
        {
            Peer again = peers[^2];
            again.Iss = again.SndNxt = again.SndUna = again.SndNxt + 1_000_000;
            await ctx.Serves(listener, again, "rfc9293/MAY-2");
        }
    }

    private static async Task<Peer[]> CloseSome(CaseContext ctx, Listener listener)
    {
        const string Must = "rfc9293/3.10.7.2/6";
        Peer[] peers = Enumerable.Range(0, AtATime)
            .Select(i => listener.NewPeer(new PeerOptions { AddressIndex = i % 4 })).ToArray();
        foreach (Peer peer in peers)
        {
            peer.SendSyn();
        }
        foreach (Peer peer in peers)
        {
            await peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Patience, Must,
                "the server still serves", ack: peer.Iss + 1);
            peer.SendAck();
        }
        foreach (Peer peer in peers)
        {
            IutConnection user = listener.Accept(peer);
            await ctx.Returned(
                user.Opened, UserError.None, ctx.Times.Patience, Must, "the user is connected");
            _ = user.Close();
        }
        foreach (Peer peer in peers)
        {
            await peer.ExpectEventually(
                Answers.IsFin, ctx.Times.Patience, "rfc9293/3.10.4/5", "the FIN comes");
            peer.SendFin();
        }
        foreach (Peer peer in peers)
        {
            await peer.ExpectEventually(
                a => a.IsBareAck && a.Ack == peer.SndNxt, ctx.Times.Patience,
                "rfc9293/3.3.2/16", "the FIN is acknowledged");
        }
        return peers;
    }
}
