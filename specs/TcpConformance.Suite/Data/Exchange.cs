using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Requirements;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>Words of the stories about text: how they are declared, and what each of them says
/// again and again.</summary>
internal static class Exchange
{
    /// <summary>The case judges these requirements; its level is that of the strictest.</summary>
    public static TestCase Judges(this TestCase c, params string[] requirements)
    {
        RequirementLevel level = RequirementLevel.Rec;
        foreach (string id in requirements)
        {
            if (RequirementCatalogue.Embedded.Find(id) is { } r && r.Level < level)
            {
                level = r.Level;
            }
        }
        return c with { Requirements = requirements, Level = level };
    }

    /// <summary>The same case over IPv6.</summary>
    public static TestCase OverIpv6(this TestCase c) => c with
    {
        Id = c.Id + "/ipv6",
        Purpose = c.Purpose.TrimEnd('.') + ", over IPv6.",
        Traits = c.Traits | CaseTraits.Ipv6,
    };

    /// <summary>Waits of a minute and more.</summary>
    public static TestCase Long(this TestCase c) =>
        c with { Traits = c.Traits | CaseTraits.LongRunning };

    /// <summary>Waits too long for real time.</summary>
    public static TestCase VirtualOnly(this TestCase c) =>
        c with { Traits = c.Traits | CaseTraits.LongRunning | CaseTraits.VirtualTimeOnly };

    /// <summary>Left out unless the IUT claims all of these.</summary>
    public static TestCase IfClaimed(this TestCase c, Claims claims) => c with { Needs = claims };

    /// <summary>ESTABLISHED, with a tester's end that offers this.</summary>
    public static Task<Scene> Open(
        this CaseContext ctx, PeerOptions? peer = null, Opening opening = Opening.Passive) =>
        ctx.Established(new SceneOptions { Peer = peer ?? new PeerOptions(), Opening = opening });

    /// <summary>The user takes the connection that the listener has; it is open.</summary>
    public static async Task<Scene> Accepted(this CaseContext ctx, Scene s)
    {
        Scene open = s with { Connection = s.Listener!.Accept(s.Peer) };
        await ctx.Returned(
            open.User.Opened, Spec.Calls.UserError.None, ctx.Times.Patience,
            "rfc9293/3.10.7.4/28", "the user has the connection");
        return open;
    }

    /// <summary>A segment with exactly this acknowledgment number must come.</summary>
    public static Task<ReceivedSegment> Acknowledges(
        this Peer peer, SeqNumber ack, TimeSpan within, string requirement, string words) =>
        peer.ExpectEventually(
            s => s.Has(TcpFlags.Ack) && !s.Has(TcpFlags.Rst) && s.Ack == ack,
            within, requirement, $"{words} (ACK={ack})");

    /// <summary>The user must receive exactly this text.</summary>
    public static async Task Reads(
        this CaseContext ctx, Scene s, byte[] text, string requirement)
    {
        byte[] got = await s.User.ReceiveExactly(text.Length, ctx.Times.Patience, requirement);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), requirement,
            $"the user was to receive the {text.Length} octets that were sent, in order; "
            + $"the first wrong one is at {FirstWrong(got, text)}");
    }

    /// <summary>The connection must still carry text both ways; nothing is outstanding.</summary>
    public static async Task IsAlive(this CaseContext ctx, Scene s, string requirement)
    {
        byte[] text = Octets.Pattern(20, 7);
        s.Peer.SendText(text);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Patience, requirement, "the connection goes on");
        await ctx.Reads(s, text, requirement);
        await s.User.Send(text);
        byte[] back = await s.Peer.ReceiveText(
            text.Length, AckPolicy.EverySegment, ctx.Times.Patience, requirement);
        ctx.Assert(back.AsSpan().SequenceEqual(text), requirement, "text comes back whole");
    }

    /// <summary>Takes text until nothing has come for so long; acknowledges nothing.</summary>
    /// <param name="peer">The tester's end.</param>
    /// <param name="quiet">The pause that ends the flight.</param>
    /// <param name="first">How long the first segment may take, if it is longer: before it the
    /// user's SEND has to reach the IUT.</param>
    public static async Task<IReadOnlyList<ReceivedSegment>> TakeFlight(
        this Peer peer, TimeSpan quiet, TimeSpan first = default)
    {
        ReceivedSegment? begin = await peer.Next(first > quiet ? first : quiet);
        if (begin is null)
        {
            return [];
        }
        IReadOnlyList<ReceivedSegment> all = await peer.Drain(quiet);
        return all.Prepend(begin).Where(x => x.TextLength > 0).ToArray();
    }

    private static int FirstWrong(byte[] a, byte[] b)
    {
        int n = a.AsSpan().CommonPrefixLength(b);
        return n;
    }
}
