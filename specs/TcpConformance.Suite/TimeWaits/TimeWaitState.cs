using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.TimeWaits;

/// <summary>RFC 9293 §3.6.1, RFC 6191: how long TIME-WAIT lasts, and what begins anew from it.
/// </summary>
internal static class TimeWaitState
{
    private const string Id = "rfc9293/3.6.1/time-wait/";

    private static readonly SceneOptions Timed = new()
    {
        Peer = new PeerOptions { Timestamps = true },
    };

    public static IEnumerable<TestCase> Cases =>
    [
        EndsAfter(
            "ends-via-closing", "CLOSING", c => c.TimeWaitViaClosing(), "rfc9293/3.10.7.4/39",
            "rfc9293/3.3.2/18"),
        EndsAfter(
            "ends-via-fin-wait-1", "FIN-WAIT-1, by a FIN with the ACK of the IUT's",
            c => c.TimeWaitViaFinWait1(), "rfc9293/3.10.7.4/58", "rfc9293/3.3.2/16"),
        EndsAfter(
            "ends-after-early-close", "a CLOSE that waited in SYN-RECEIVED for queued text",
            ClosedEarly, "rfc9293/3.10.4/4", "rfc9293/3.3.2/14"),
        .. Story.Of(
            Id + "lasts-2-msl",
            "Ensure that TIME-WAIT still answers for the connection shortly before 2 MSL have "
            + "passed.",
            Lasts, "rfc9293/MUST-13").InBothFamilies()
            .Select(c => c with { Traits = c.Traits | CaseTraits.LongRunning }),
        Story.Of(
            Id + "ends",
            "Ensure that the pair is free when 2 MSL have passed: a segment for it is answered "
            + "with a RST, and a SYN opens it.",
            Ends, "rfc9293/3.10.8/3", "rfc9293/3.3.2/21") with
        {
            Traits = CaseTraits.LongRunning,
        },
        Story.Of(
            Id + "ends-after-closing",
            "Ensure that the connection is gone 2 MSL after the FINs of both sides have crossed "
            + "and are acknowledged.",
            EndsAfterClosing, "rfc9293/3.10.8/3", "rfc9293/3.3.2/21") with
        {
            Traits = CaseTraits.LongRunning,
        },
        Story.Of(
            "rfc6191/2/isn-above-predecessor",
            "Ensure that a connection that is opened anew from TIME-WAIT at once begins above the "
            + "numbers of its predecessor.",
            AboveAtOnce, "rfc9293/3.6.1/2", "rfc9293/MAY-2") with
        {
            Needs = Claims.TimeWaitReuse,
        },
        Story.Of(
            Id + "fin-again",
            "Ensure that the peer's FIN, sent again because the last ACK was lost, is acknowledged "
            + "again and 2 MSL begin anew.",
            FinAgain,
            "rfc9293/3.10.7.4/41", "rfc9293/3.10.7.4/61", "rfc9293/MUST-13") with
        {
            Traits = CaseTraits.LongRunning,
        },
        Reuse(
            "seq-above/no-timestamps", "without timestamps, a larger sequence number",
            new SceneOptions(), (p, _) => p.SndNxt + 200_000, 0, true,
            "rfc6191/2/7", "rfc9293/MAY-2"),
        Reuse(
            "seq-below/no-timestamps", "without timestamps, a smaller sequence number",
            new SceneOptions(), (p, _) => p.SndNxt - 200_000, 0, false,
            "rfc6191/2/8", "rfc9293/MAY-2"),
        Reuse(
            "timestamp-above", "a larger timestamp, although the sequence number is smaller",
            Timed, (p, _) => p.SndNxt - 200_000, 5000, true,
            "rfc6191/2/2", "rfc9293/SHLD-4", "rfc9293/3.10.7.4/21"),
        Reuse(
            "timestamp-below", "a smaller timestamp",
            Timed, (p, _) => p.SndNxt - 200_000, -500_000, false,
            "rfc6191/2/5", "rfc9293/SHLD-4"),
        Story.Of(
            Id + "returns",
            "Ensure that TIME-WAIT comes back when the SYN that began the pair anew turns out to "
            + "be an old duplicate.",
            Returns, "rfc9293/3.6.1/3") with
        {
            Needs = Claims.TimeWaitReuse,
        },
        Story.Of(
            Id + "old-text",
            "Ensure that old text in TIME-WAIT is answered with an ACK and changes nothing.",
            OldText, "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/52"),
        Story.Of(
            Id + "next-incarnation/old-duplicates",
            "Ensure that old duplicates of text, FIN and RST of one incarnation do not enter the "
            + "next one on the same pair.",
            ctx => OldDuplicates(ctx, new SceneOptions()),
            "rfc9293/3.6.1/2", "rfc9293/3.10.7.4/6") with
        {
            Needs = Claims.TimeWaitReuse,
        },
        Story.Of(
            Id + "next-incarnation/old-duplicates-paws",
            "Ensure that old text whose numbers lie in the window of the next incarnation is kept "
            + "out by its timestamp.",
            OldDuplicatesInWindow,
            "rfc7323/5.3/3", "rfc6191/2/2") with
        {
            Needs = Claims.TimeWaitReuse | Claims.Timestamps,
        },
    ];

    private static async Task Lasts(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        await s.Peer.Quiet(
            ctx.Ixit.TimeWait * 0.95, "rfc9293/MUST-13", "TIME-WAIT sends nothing by itself");
        await ctx.StillAnswers(s.Peer, "rfc9293/MUST-13");
    }

    private static async Task Returns(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6.1/3";
        Scene s = await ctx.TimeWait();
        SeqNumber iss = s.Peer.SndNxt + 200_000;
        s.Peer.TakeUnread();
        s.Peer.SendRaw(s.Peer.Make(TcpFlags.Syn, seq: iss));
        SeqNumber irs = s.Peer.Irs;
        SeqNumber rcvNxt = s.Peer.RcvNxt;
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/MAY-2",
            "the SYN begins the pair anew", ack: iss + 1);
        // The tester has sent no such SYN lately: it answers with a RST (RFC 9293 §3.5, figure 8).
        s.Peer.SendRst(iss + 1);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        (s.Peer.Irs, s.Peer.RcvNxt) = (irs, rcvNxt);
        await ctx.StillAnswers(s.Peer, Must);
    }

    private static TestCase EndsAfter(
        string id, string way, Func<CaseContext, Task<Scene>> to, params string[] requirements) =>
        Story.Of(
            Id + id,
            $"Ensure that the pair is free when 2 MSL have passed in TIME-WAIT after {way}.",
            async ctx =>
            {
                Scene s = await to(ctx);
                await s.Peer.Quiet(
                    ctx.Times.TimeWait + TimeSpan.FromSeconds(5), requirements[0],
                    "TIME-WAIT sends nothing by itself");
                await ctx.IsGone(s.Peer, requirements[0]);
            },
            [.. requirements, "rfc9293/3.10.8/3", "rfc9293/3.3.2/21"]) with
        {
            Traits = CaseTraits.LongRunning,
        };

    private static async Task<Scene> ClosedEarly(CaseContext ctx)
    {
        const int Octets = 500;
        Scene s = await ctx.SynReceived(new SceneOptions
        {
            Opening = Opening.Simultaneous, Peer = new PeerOptions { WindowScale = 2 },
        });
        _ = s.User.Send(Octets);
        _ = s.User.Shutdown();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SendAck();
        byte[] text = await s.Peer.ReceiveText(
            Octets, AckPolicy.EverySegment, ctx.Times.Patience, "rfc9293/3.10.4/4");
        ctx.Assert(text.Length == Octets, "rfc9293/3.10.4/4", "the queued text goes out");
        if (s.Peer.RcvNxt == s.Peer.Irs + 1 + Octets)
        {
            await s.Peer.ExpectEventually(
                r => r.Has(TcpFlags.Fin), ctx.Times.Patience, "rfc9293/3.10.4/4",
                "and the FIN behind it");
        }
        s.Peer.SendAck();
        s.Peer.SendFin();
        await s.Peer.ExpectEventually(
            r => r.Has(TcpFlags.Ack) && r.Ack == s.Peer.SndNxt, ctx.Times.Patience,
            "rfc9293/3.10.7.4/55", "the peer's FIN is acknowledged");
        return s;
    }

    private static async Task Ends(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        await s.Peer.Quiet(
            ctx.Times.TimeWait + TimeSpan.FromSeconds(5), "rfc9293/3.10.8/3",
            "TIME-WAIT sends nothing by itself");
        await ctx.IsGone(s.Peer, "rfc9293/3.10.8/3");
        s.Peer.Iss = s.Peer.SndNxt = s.Peer.SndUna = s.Peer.SndNxt - 900_000;
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.3.2/21");
    }

    private static async Task EndsAfterClosing(CaseContext ctx)
    {
        Scene s = await ctx.TimeWaitViaClosing();
        await s.Peer.Quiet(
            ctx.Times.TimeWait + TimeSpan.FromSeconds(5), "rfc9293/3.10.8/3",
            "TIME-WAIT sends nothing by itself");
        await ctx.IsGone(s.Peer, "rfc9293/3.10.8/3");
    }

    // No time passes in which the clock of the ISN could have come this far by itself.
    private static async Task AboveAtOnce(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        await Honoured(
            ctx, s, s.Peer.SndNxt + 200_000, SynOptions(s.Peer, new SceneOptions(), 0),
            "rfc6191/2/7");
    }

    private static async Task FinAgain(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/41";
        Scene s = await ctx.TimeWait();
        await ctx.Delay(ctx.Ixit.TimeWait * 0.3);
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Fin | TcpFlags.Ack, seq: s.Peer.SndNxt - 1, advance: false),
            Must, "the FIN is acknowledged again");
        await s.Peer.Quiet(
            ctx.Ixit.TimeWait * 0.85, Must, "TIME-WAIT sends nothing by itself");
        // 1.15 times 2 MSL since the first FIN, 0.85 since the second.
        await ctx.StillAnswers(s.Peer, "rfc9293/3.10.7.4/61");
    }

    private static TestCase Reuse(
        string name, string words, SceneOptions options,
        Func<Peer, CaseContext, SeqNumber> seq, int timestamp, bool honoured,
        params string[] requirements) => Story.Of(
            "rfc6191/2/" + name,
            $"Ensure that a SYN in TIME-WAIT with {words} "
            + (honoured ? "opens the next incarnation." : "opens nothing."),
            async ctx =>
            {
                Scene s = await ctx.TimeWait(options);
                ctx.Require(
                    s.Peer.TimestampsOn == options.Peer.Timestamps,
                    "the IUT has not agreed on timestamps");
                await ctx.Delay(TimeSpan.FromSeconds(1));
                s.Peer.TakeUnread();
                SeqNumber iss = seq(s.Peer, ctx);
                byte[] octets = SynOptions(s.Peer, options, timestamp);
                if (honoured)
                {
                    await Honoured(ctx, s, iss, octets, requirements[0]);
                }
                else
                {
                    await NotHonoured(ctx, s, iss, octets, requirements[0]);
                }
            },
            requirements) with
        {
            Needs = Claims.TimeWaitReuse
                | (options.Peer.Timestamps ? Claims.Timestamps : Claims.None),
        };

    private static byte[] SynOptions(Peer peer, SceneOptions options, int timestamp)
    {
        var o = new TcpOptions { Present = TcpOptionSet.Mss, Mss = 1460 };
        if (options.Peer.Timestamps)
        {
            o.Present |= TcpOptionSet.Timestamps;
            o.TsVal = (new SeqNumber(peer.TsClock) + timestamp).Value;
        }
        byte[] octets = new byte[OptionWriter.Length(o)];
        OptionWriter.Write(o, octets);
        return octets;
    }

    private static async Task Honoured(
        CaseContext ctx, Scene s, SeqNumber iss, byte[] octets, string requirement)
    {
        SeqNumber last = s.Peer.RcvNxt;
        s.Peer.Iss = s.Peer.SndNxt = s.Peer.SndUna = iss;
        s.Peer.Send(TcpFlags.Syn, seq: iss, options: octets);
        ReceivedSegment answer = await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack) { Ack = iss + 1 },
            ctx.Times.AtOnce, requirement, "the SYN opens the next incarnation");
        // RFC 9293 §3.6.1 (MAY-2): its numbers begin above those of its predecessor.
        ctx.Assert(
            answer.Seq >= last, "rfc9293/3.6.1/2",
            $"the new ISN {answer.Seq} was to lie above the last number {last}");
    }

    // Dropped without a word (RFC 6191), or answered as any SYN outside the window.
    private static async Task NotHonoured(
        CaseContext ctx, Scene s, SeqNumber iss, byte[] octets, string requirement)
    {
        s.Peer.Send(TcpFlags.Syn, seq: iss, options: octets, advance: false);
        await s.Peer.Quiet(
            ctx.Times.FirstRetransmission, requirement, "the SYN opens nothing",
            a => a.IsBareAck && a.Seq == s.Peer.RcvNxt && a.Ack == s.Peer.SndNxt);
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Fin | TcpFlags.Ack, seq: s.Peer.SndNxt - 1, advance: false),
            requirement, "TIME-WAIT goes on and acknowledges the FIN again");
    }

    private static async Task OldText(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        foreach (int off in new[] { -1, -500, -100_000 })
        {
            await ctx.AckTo(
                s.Peer,
                () => s.Peer.Send(
                    TcpFlags.Ack, seq: s.Peer.SndNxt + off, text: Octets.Pattern(1),
                    advance: false),
                "rfc9293/3.10.7.4/4", "old text is answered with an ACK");
        }
    }

    // The first incarnation has carried text both ways; then it is closed by the user.
    private static async Task<Scene> UsedTimeWait(CaseContext ctx, SceneOptions options)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.Established(options);
            await ctx.BothWays(s, "rfc9293/3.10.7.4/45");
            _ = s.User.Close();
            await s.Peer.ExpectEventually(
                Answers.IsFin, ctx.Times.Patience, "rfc9293/3.10.4/5", "the FIN comes");
            await ctx.AckTo(s.Peer, s.Peer.SendFin, "rfc9293/3.3.2/16", "the FIN is acknowledged");
            await ctx.Delay(TimeSpan.FromSeconds(1));
            return s with { State = SceneState.TimeWait };
        }
    }

    private static async Task OldDuplicates(CaseContext ctx, SceneOptions options)
    {
        const string Must = "rfc9293/3.10.7.4/6";
        Scene old = await UsedTimeWait(ctx, options);
        Peer peer = old.Peer;
        SeqNumber oldNext = peer.SndNxt;
        SeqNumber oldAck = peer.RcvNxt;
        peer.Iss = peer.SndNxt = peer.SndUna = oldNext + 500_000;
        Scene s = await ctx.Serves(old.Listener!, peer, "rfc6191/2/7");
        foreach (TcpFlags flags in new[]
        {
            TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Ack | TcpFlags.Fin, TcpFlags.Rst,
        })
        {
            peer.Send(
                flags, seq: oldNext - 100, ack: oldAck, text: Octets.Pattern(100, 77),
                advance: false);
        }
        await ctx.Delay(ctx.Times.AtOnce);
        peer.TakeUnread();
        await ctx.BothWays(s, Must);
    }

    private static async Task OldDuplicatesInWindow(CaseContext ctx)
    {
        const string Must = "rfc7323/5.3/3";
        Scene old = await UsedTimeWait(ctx, Timed);
        Peer peer = old.Peer;
        SeqNumber oldNext = peer.SndNxt;
        uint oldClock = peer.TsClock - 2000;
        // A larger timestamp lets the next one begin below, so that old numbers lie ahead.
        peer.Iss = peer.SndNxt = peer.SndUna = oldNext - 3000;
        Scene s = await ctx.Serves(old.Listener!, peer, "rfc6191/2/2");
        TcpOptions o = new()
        {
            Present = TcpOptionSet.Timestamps, TsVal = oldClock, TsEcr = peer.TsRecent,
        };
        byte[] octets = new byte[OptionWriter.Length(o)];
        OptionWriter.Write(o, octets);
        await ctx.AckTo(
            peer,
            () => peer.Send(
                TcpFlags.Ack, options: octets, text: Octets.Pattern(100, 77), advance: false),
            Must, "text with an old timestamp is answered with an ACK and dropped");
        await ctx.BothWays(s, Must);
    }
}
