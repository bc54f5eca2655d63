using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.4.1, RFC 6528: initial sequence numbers over many connections.</summary>
internal static class InitialNumbers
{
    private const string Id = "rfc9293/3.4.1/isn/";
    private const int Connections = 256;
    private const double MostPerSecond = 4294967296.0 / 120;

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "passive-differ",
            "Ensure that the ISNs of many accepted connections differ, by no constant step, from "
            + "no small set and without shared bits.",
            PassiveDiffer,
            "rfc9293/SHLD-1", "rfc9293/MUST-9", "rfc6528/3/1", "rfc6528/3/2").InBothFamilies(),
        Story.Of(
            Id + "active-differ",
            "Ensure that the ISNs of many connections that the user opens differ in the same way.",
            ActiveDiffer,
            "rfc9293/SHLD-1", "rfc9293/MUST-9", "rfc6528/3/1", "rfc6528/3/2"),
        Story.Of(
            Id + "same-pair-grows",
            "Ensure that the ISNs of successive incarnations of one pair grow with a clock.",
            SamePairGrows,
            "rfc9293/MUST-8", "rfc6528/3/1"),
        .. Story.Of(
            Id + "other-address",
            "Ensure that what one host sees of ISNs says nothing of those that another sees on "
            + "the same ports.",
            OtherAddress,
            "rfc9293/MUST-9", "rfc9293/SHLD-1", "rfc6528/3/1").InBothFamilies(),
        Story.Of(
            Id + "other-port",
            "Ensure that the ISNs of one port of the IUT say nothing of those of another.",
            OtherPort,
            "rfc9293/MUST-9", "rfc9293/SHLD-1", "rfc6528/3/1"),
    ];

    private static async Task PassiveDiffer(CaseContext ctx)
    {
        Listener listener = await ctx.Upper.Listen();
        var numbers = new List<uint>();
        for (int i = 0; i < Connections; i++)
        {
            Peer peer = listener.NewPeer();
            peer.SendSyn();
            ReceivedSegment answer = await peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Patience, "rfc9293/3.10.7.2/4",
                "the SYN is answered");
            numbers.Add(answer.Seq.Value);
            peer.SendRst();
        }
        Judge(ctx, numbers);
    }

    private static async Task ActiveDiffer(CaseContext ctx)
    {
        var numbers = new List<uint>();
        for (int i = 0; i < Connections; i++)
        {
            Peer peer = ctx.NewPeer();
            ctx.Upper.Connect(peer);
            await peer.Expect(
                Answers.IsSyn, ctx.Times.Patience, "rfc9293/3.10.1/3", "the SYN comes");
            numbers.Add(peer.Irs.Value);
            peer.Send(TcpFlags.Rst | TcpFlags.Ack, seq: new SeqNumber(0));
        }
        Judge(ctx, numbers);
    }

    // Of 256 random numbers about 162 different values of eight bits are expected; fewer than 100
    // come once in more universes than there are runs.
    private static void Judge(CaseContext ctx, List<uint> numbers)
    {
        ctx.Assert(
            numbers.Distinct().Count() == numbers.Count, "rfc9293/MUST-8",
            "the ISNs of different connections were to differ; some are the same");
        int steps = numbers.Zip(numbers.Skip(1), (a, b) => (new SeqNumber(b) - new SeqNumber(a)))
            .Distinct().Count();
        ctx.Assert(
            steps > Connections * 9 / 10, "rfc9293/MUST-9",
            $"the steps between ISNs were to differ; of {Connections - 1} only {steps} do");
        foreach (int shift in new[] { 0, 8, 16, 24 })
        {
            int values = numbers.Select(n => (n >> shift) & 0xff).Distinct().Count();
            ctx.Assert(
                values >= 100, "rfc9293/SHLD-1",
                $"bits {shift} to {shift + 7} of the ISNs were to vary; "
                + $"{numbers.Count} ISNs have only {values} values of them");
        }
        foreach (int bit in Enumerable.Range(0, 32))
        {
            int ones = numbers.Count(n => ((n >> bit) & 1) == 1);
            ctx.Assert(
                ones is > 60 and < 196, "rfc9293/SHLD-1",
                $"bit {bit} of the ISNs was to vary; it is set in {ones} of {numbers.Count}");
        }
    }

    private static async Task OtherAddress(CaseContext ctx)
    {
        Listener listener = await ctx.Upper.Listen();
        var numbers = new List<SeqNumber>();
        for (int i = 0; i < 4; i++)
        {
            numbers.Add(await NumberOf(
                ctx, listener.NewPeer(new PeerOptions { AddressIndex = i, Port = 40_000 })));
        }
        AssertUnrelated(ctx, numbers, "of other addresses");
    }

    private static async Task OtherPort(CaseContext ctx)
    {
        var numbers = new List<SeqNumber>();
        for (int i = 0; i < 4; i++)
        {
            Listener listener = await ctx.Upper.Listen();
            numbers.Add(await NumberOf(
                ctx, listener.NewPeer(new PeerOptions { Port = 40_000 })));
        }
        AssertUnrelated(ctx, numbers, "of other ports of the IUT");
    }

    private static async Task<SeqNumber> NumberOf(CaseContext ctx, Peer peer)
    {
        peer.SendSyn();
        ReceivedSegment answer = await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Patience, "rfc9293/3.10.7.2/4",
            "the SYN is answered");
        peer.SendRst();
        return answer.Seq;
    }

    // By chance three steps are that small once in 10^9 runs; a clock alone makes all of them so.
    private static void AssertUnrelated(CaseContext ctx, List<SeqNumber> numbers, string words)
    {
        const int Near = 1 << 21;
        ctx.Assert(
            numbers.Zip(numbers.Skip(1), (a, b) => b - a).Any(step => step is < -Near or > Near),
            "rfc9293/MUST-9",
            $"ISNs {words} were to be unrelated; they are {string.Join(", ", numbers)}");
    }

    // Each incarnation is reset before it opens, so that nothing but the clock distinguishes them.
    private static async Task SamePairGrows(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-8";
        const int Incarnations = 8;
        Listener listener = await ctx.Upper.Listen();
        Peer peer = listener.NewPeer();
        ReceivedSegment? before = null;
        for (int i = 0; i < Incarnations; i++)
        {
            peer.Iss = peer.SndNxt = peer.SndUna = peer.SndNxt + 100_000;
            peer.TakeUnread();
            peer.SendSyn();
            ReceivedSegment answer = await peer.ExpectEventually(
                a => a.Has(TcpFlags.Syn | TcpFlags.Ack) && a.Ack == peer.Iss + 1,
                ctx.Times.Patience, "rfc9293/3.10.7.2/4", "the SYN is answered");
            if (before is not null)
            {
                int step = answer.Seq - before.Seq;
                double perSecond = step / (answer.At - before.At).TotalSeconds;
                // A tick is about 4 microseconds: 250,000 in a second. A faster clock does more
                // than is asked for, a slower one less; but numbers must not come round within the
                // two minutes that a segment lives (RFC 9293 §3.4.1).
                ctx.Assert(
                    perSecond is > 125_000 and < MostPerSecond, Must,
                    "the ISN of the next incarnation was to grow with a clock of 4 microseconds; "
                    + $"it grew by {step} in {(answer.At - before.At).TotalSeconds:0.###} s");
            }
            before = answer;
            peer.SendRst();
            await ctx.Delay(TimeSpan.FromSeconds(i % 2 == 0 ? 1 : 0.003));
        }
    }
}
