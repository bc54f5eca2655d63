using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>RFC 9293 §3.8.5, RFC 6093: urgent data.</summary>
internal static class UrgentText
{
    private const string Supported = "rfc9293/MUST-30";
    private const string AnyLength = "rfc9293/MUST-31";
    private const string Pointer = "rfc9293/MUST-62";

    public static IEnumerable<TestCase> Cases => new[]
    {
        new TestCase(
            "rfc9293/3.8.5/send",
            "Ensure that urgent data goes out with URG, and the pointer names the octet behind "
            + "it.", Send).Judges(Supported, Pointer, "rfc9293/3.10.2/5", "rfc9293/3.9.1.2/2"),
        new TestCase(
            "rfc9293/3.8.5/send-long",
            "Ensure that urgent data of several segments goes out whole, each pointing to its "
            + "end.", SendLong).Judges(AnyLength, Pointer, "rfc6093/5/2"),
        new TestCase(
            "rfc9293/3.8.5/receive",
            "Ensure that urgent data is delivered in its place.", Receive)
            .Judges(Supported, "rfc9293/3.10.3/4", "rfc6093/5/2"),
        new TestCase(
            "rfc9293/3.8.5/receive-long",
            "Ensure that urgent data of 3000 octets is delivered whole.", ReceiveLong)
            .Judges(AnyLength, Supported),
        new TestCase(
            "rfc9293/3.8.5/pointer-ahead",
            "Ensure that a pointer to data that is still to come harms nothing.", Ahead)
            .Judges(Supported, "rfc9293/3.8.5/1"),
        new TestCase(
            "rfc9293/3.8.5/marked-off",
            "Ensure that what follows the urgent data is marked off from it.", MarkedOff)
            .Judges("rfc9293/3.9.1.3/2", "rfc9293/MUST-33"),
        new TestCase(
            "rfc9293/3.8.5/odd-pointers",
            "Ensure that a pointer of zero, one that recedes and one far ahead are survived.",
            OddPointers).Judges("rfc9293/3.8.5/5", "rfc9293/3.8.5/4"),
        new TestCase(
            "rfc9293/3.8.5/notice",
            "Ensure that the user is told when urgent data becomes pending, before it comes "
            + "itself, and once for each stretch.", Notice)
            .Judges(
                "rfc9293/MUST-32", "rfc9293/3.9.1.8/3", "rfc9293/3.10.7.4/42",
                "rfc9293/3.10.7.4/43"),
        new TestCase(
            "rfc9293/3.8.5/urg-off",
            "Ensure that URG points to at least one octet of urgent data, and is off when that is "
            + "acknowledged.", UrgOff).Judges("rfc9293/3.8.5/2", "rfc9293/3.8.5/3"),
        new TestCase(
            "rfc9293/3.10.7.4/close-wait/urg",
            "Ensure that URG is ignored after the peer's FIN: the user is told of nothing.",
            AfterFin).Judges("rfc9293/3.10.7.4/44"),
    }.Select(c => c.IfClaimed(Claims.Urgent));

    private static async Task Send(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(Octets.Pattern(30), urgent: true);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, Supported, "urgent data goes out");
        ctx.Assert(r.Has(TcpFlags.Urg), "rfc9293/3.10.2/5", "it carries URG");
        ctx.Assert(
            r.Seq + (uint)r.Header.UrgentPointer == first + 30, Pointer,
            $"the pointer names the octet behind the urgent data, 30; not "
            + $"{r.Seq - first + r.Header.UrgentPointer}");
        s.Peer.SendAck();
    }

    private static async Task SendLong(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 500 });
        SeqNumber first = s.Peer.RcvNxt;
        byte[] text = Octets.Pattern(2500);
        Task sending = s.User.Send(text, urgent: true);
        int urgent = 0;
        while (s.Peer.RcvNxt < first + 2500)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, AnyLength, "urgent data goes out");
            if (r.Has(TcpFlags.Urg))
            {
                urgent++;
                ctx.Assert(
                    r.Seq + (uint)r.Header.UrgentPointer == first + 2500, Pointer,
                    "the pointer of each segment names the octet behind the urgent data");
            }
            s.Peer.SendAck();
        }
        ctx.Assert(urgent > 0, Supported, "segments with urgent data carry URG");
        await sending;
    }

    private static async Task Receive(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(100);
        s.Peer.SendText(text.AsMemory(0, 40));
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Urg | TcpFlags.Psh, text: text.AsMemory(40, 20),
            urgentPointer: 20);
        s.Peer.SendText(text.AsMemory(60));
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Supported, "urgent data is acknowledged");
        await ctx.Reads(s, text, Supported);
    }

    private static async Task ReceiveLong(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(3000);
        for (int at = 0; at < 3000; at += 500)
        {
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Urg, text: text.AsMemory(at, 500),
                urgentPointer: (ushort)(3000 - at));
        }
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, AnyLength, "urgent data is acknowledged");
        await ctx.Reads(s, text, AnyLength);
    }

    private static async Task Ahead(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(600);
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Urg, text: text.AsMemory(0, 100), urgentPointer: 400);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Supported, "the text is acknowledged");
        s.Peer.SendText(text.AsMemory(100));
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Supported, "the text is acknowledged");
        await ctx.Reads(s, text, Supported);
    }

    // The pointer has been read as the octet behind the urgent data and as its last octet (RFC
    // 6093 §2.2, §3.1), so that two places are right.
    private static async Task MarkedOff(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(100);
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Urg | TcpFlags.Psh, text: text, urgentPointer: 50);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Supported, "the text is acknowledged");
        UserResult got = await ctx.Returned(
            s.User.Receive(1000), ctx.Times.Patience, "rfc9293/3.10.7.4/45", "text comes");
        ctx.Assert(
            got.Text.Length is 49 or 50, "rfc9293/3.9.1.3/2",
            $"a RECEIVE ends where the urgent data ends, at 50; {got.Text.Length} octets came");
        await ctx.Reads(s, text[got.Text.Length..], "rfc9293/3.9.1.3/1");
    }

    private static async Task Notice(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-32";
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(300);
        int at = 0;
        for (int i = 0; i < 2; i++)
        {
            Task<UserResult> notice = s.User.AwaitUrgent();
            await ctx.StillWaiting(
                notice, ctx.Times.AtOnce, "rfc9293/3.10.7.4/43", "nothing urgent is pending");
            // The pointer runs ahead of the text, which it covers with the next segment.
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Urg, text: text.AsMemory(at, 50), urgentPointer: 100);
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Urg | TcpFlags.Psh, text: text.AsMemory(at + 50, 50),
                urgentPointer: 50);
            await ctx.Returned(
                notice, UserError.None, ctx.Times.Patience,
                i == 0 ? Must : "rfc9293/3.9.1.8/3", "the user is told of urgent data");
            s.Peer.SendText(text.AsMemory(at + 100, 50));
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, Supported, "the text is acknowledged");
            await ctx.Reads(s, text[at..(at + 150)], Supported);
            at += 150;
        }
    }

    private static async Task UrgOff(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await s.User.Send(Octets.Pattern(30), urgent: true);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, Supported, "urgent data goes out");
        ctx.Assert(
            r.Has(TcpFlags.Urg) && r.Header.UrgentPointer > 0, "rfc9293/3.8.5/3",
            "URG was to point to at least one octet of data");
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await s.User.Send(Octets.Pattern(40));
        r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, Supported, "plain text goes out");
        ctx.Assert(
            !r.Has(TcpFlags.Urg), "rfc9293/3.8.5/2",
            "URG was to be off: no urgent data is outstanding");
        s.Peer.SendAck();
    }

    private static async Task AfterFin(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/44";
        Scene s = await ctx.CloseWait();
        Task<UserResult> notice = s.User.AwaitUrgent();
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Urg, urgentPointer: 10);
        await ctx.Delay(ctx.Times.Acknowledgment);
        ctx.Assert(
            !notice.IsCompleted || (await notice).Error != UserError.None, Must,
            "the user was to be told of nothing urgent after the FIN");
        s.Peer.TakeUnread();
        await ctx.GoesOn(s, Must);
    }

    private static async Task OddPointers(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(400);
        ushort[] pointers = [0, 100, 1, 65535];
        for (int i = 0; i < pointers.Length; i++)
        {
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Urg, text: text.AsMemory(i * 100, 100),
                urgentPointer: pointers[i]);
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.8.5/5",
                $"text with an urgent pointer of {pointers[i]} is acknowledged");
        }
        await ctx.Reads(s, text, "rfc9293/3.8.5/5");
    }
}
