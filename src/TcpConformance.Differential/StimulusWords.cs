using System.Text;
using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Differential;

/// <summary>Sessions in words, for people.</summary>
public static class StimulusWords
{
    /// <summary>One sentence for each step.</summary>
    public static IReadOnlyList<string> Of(Session session) => [.. session.Steps.Select(Of)];

    /// <summary>One step.</summary>
    public static string Of(SessionStep step) => step switch
    {
        OpenStep o => Of(o),
        SegmentStep s => Of(s),
        AgainStep a => a.Back == 0
            ? "The tester sends its last segment again."
            : $"The tester sends the segment before its last {a.Back} again.",
        FlowStep f => Of(f),
        CallStep c => Of(c),
        WaitStep w => Of(w),
        IcmpStep i => $"The tester sends ICMP {i.Kind} code {i.Code}"
            + (i.Parameter == 0 ? "" : $" with {i.Parameter}")
            + (i.SeqOffset == 0 ? "." : $" with the quoted number off by {i.SeqOffset}."),
        _ => step.ToString() ?? "",
    };

    private static string Of(OpenStep o)
    {
        string place = o.Place switch
        {
            OpenPlace.Fresh => "",
            OpenPlace.SamePair => " on the same pair of sockets",
            OpenPlace.SameListener => " to the same socket of the IUT",
            OpenPlace.ClosedPort => "",
        };
        if (o.Place == OpenPlace.ClosedPort)
        {
            return "The tester has a port of the IUT before it at which nobody listens.";
        }
        string family = o.IsV6 ? " over IPv6" : "";
        string what = (o.Role, o.Stage) switch
        {
            (OpenRole.Passive, OpenStage.Complete) => "The tester opens a connection",
            (OpenRole.Passive, OpenStage.Asked) => "The IUT's user listens",
            (OpenRole.Passive, OpenStage.Half) => "The tester sends a SYN to a listening IUT",
            (OpenRole.Active, OpenStage.Complete) => "The IUT's user opens a connection",
            (OpenRole.Active, OpenStage.Asked) => "The IUT's user connects; nothing answers",
            (OpenRole.Active, OpenStage.Half) =>
                "The IUT's user connects; the tester answers with SYN,ACK",
            (OpenRole.Simultaneous, OpenStage.Complete) => "Both open, and their SYNs cross",
            (OpenRole.Simultaneous, OpenStage.Asked) =>
                "The IUT's user connects; nothing answers",
            (OpenRole.Simultaneous, OpenStage.Half) =>
                "The IUT's user connects, and the tester's SYN crosses",
            _ => "A connection begins",
        };
        return what + place + family + Offers(o) + (o.Reads ? "." : "; the user does not receive.");
    }

    private static string Offers(OpenStep o)
    {
        List<string> offers = [];
        if (o.Mss is ushort mss)
        {
            offers.Add($"MSS {mss}");
        }
        if (o.Shift is byte shift)
        {
            offers.Add($"window scale {shift}");
        }
        if (o.Timestamps)
        {
            offers.Add("timestamps");
        }
        if (o.Sack)
        {
            offers.Add("SACK");
        }
        if (o.Window != 65535)
        {
            offers.Add($"window {o.Window}");
        }
        return offers.Count == 0 ? "" : $" ({string.Join(", ", offers)})";
    }

    private static string Of(SegmentStep s)
    {
        var b = new StringBuilder(
            s.Lost ? "A segment of the tester is lost: " : "The tester sends ");
        b.Append(s.Flags.ToText()).Append(", SEQ ").Append(s.Seq switch
        {
            SeqEdge.Next => "at its SND.NXT",
            SeqEdge.Una => "at the IUT's RCV.NXT",
            SeqEdge.Edge => "at the right edge of the IUT's window",
            SeqEdge.Iss => "at its ISS",
            SeqEdge.Fin => "at its FIN",
            SeqEdge.Zero => "at 0",
        }).Append(Off(s.SeqOffset));
        if (s.Flags.Has(TcpFlags.Ack))
        {
            b.Append(", ACK ").Append(s.Ack switch
            {
                AckEdge.All => "of all that came in order",
                AckEdge.Una => "of what was acknowledged before",
                AckEdge.Max => "of the IUT's SND.NXT",
                AckEdge.Irs => "of the IUT's ISS",
                AckEdge.Zero => "of 0",
            }).Append(Off(s.AckOffset));
        }
        b.Append(s.Length == 0 ? "" : $", {s.Length} octets of text");
        b.Append(s.Window is ushort w ? $", window {w}" : "");
        b.Append(s.Urgent == 0 ? "" : $", urgent pointer {s.Urgent}");
        if (!s.Options.SequenceEqual(SegmentStep.AutoOptions))
        {
            b.Append(s.Options.Count == 0
                ? ", without options"
                : ", options " + string.Join(' ', s.Options));
        }
        b.Append(s.Fault == SegmentFault.None ? "" : $", with a fault: {s.Fault}");
        return b.Append('.').ToString();
    }

    private static string Off(int offset) => offset switch
    {
        0 => "",
        > 0 => $" plus {offset}",
        < 0 => $" minus {-(long)offset}",
    };

    private static string Of(FlowStep f)
    {
        string acks = f.AckEvery == 0 ? "acknowledges nothing"
            : f.AckEvery == 1 ? "acknowledges each segment"
            : $"acknowledges each {f.AckEvery}th segment";
        string gives = f.Give == 0 ? "" : $" and sends {f.Give} octets";
        string loses = f.LoseFromIut != 0 || f.LoseToIut != 0 ? ", with losses" : "";
        return $"For {f.Milliseconds} ms the tester {acks}{gives}{loses}.";
    }

    private static string Of(CallStep c)
    {
        string name = c.Kind == UserCallKind.SetOption
            ? $"sets {c.Option} to {c.Count}"
            : $"calls {c.Kind.ToString().ToUpperInvariant()}"
                + (c.Count == 0 ? "" : $" of {c.Count} octets") + (c.Urgent ? ", urgent" : "");
        return $"The IUT's user {name}.";
    }

    private static string Of(WaitStep w) => w.For switch
    {
        WaitFor.Time => $"{w.Milliseconds} ms pass.",
        WaitFor.Next => $"The tester waits for a segment, at most {w.Milliseconds} ms.",
        WaitFor.TimeWait => $"2 MSL and {w.Milliseconds} ms pass.",
        WaitFor.KeepAlive => $"The time before a keep-alive and {w.Milliseconds} ms pass.",
    };
}
