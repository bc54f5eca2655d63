using TcpConformance.Harness.Scenes;

namespace TcpConformance.Suite.Grid;

/// <summary>Which requirements a cell of the grid is about, and the sentence for it.</summary>
internal static class GridPurpose
{
    private const string Others = "rfc9293/3.10.7.4/";

    /// <summary>The purpose of the case.</summary>
    public static string Of(GridCell cell)
    {
        string ack = cell.Ack == AckPosition.Absent ? "without ACK" : $"with ACK {Words(cell.Ack)}";
        string options = cell.Options == OptionsOf.Agreed ? "" : $", options: {cell.Options}";
        return $"Ensure that in {cell.Path.Name} a segment ({cell.Stimulus}, {ack}, SEQ "
            + $"{Words(cell.Seq)}{options}{(cell.ZeroWindow ? ", window 0" : "")}) is answered "
            + "and leaves the connection as "
            + $"{cell.Section.Replace("rfc9293/", "RFC 9293 §")} says.";
    }

    private static string Words(SeqPosition seq) => seq switch
    {
        SeqPosition.Exact => "at RCV.NXT",
        SeqPosition.JustLeft => "one below RCV.NXT",
        SeqPosition.FarLeft => "far below RCV.NXT",
        SeqPosition.Inside => "in the window",
        SeqPosition.LastInside => "at the window's last number",
        SeqPosition.RightEdge => "just above the window",
        SeqPosition.FarRight => "far above the window",
    };

    private static string Words(AckPosition ack) => ack switch
    {
        AckPosition.Absent => "absent",
        AckPosition.Next => "of SND.NXT",
        AckPosition.Old => "below SND.UNA",
        AckPosition.Ancient => "below SND.UNA-MAX.SND.WND",
        AckPosition.JustAbove => "just above SND.NXT",
        AckPosition.FarAbove => "far above SND.NXT",
    };

    /// <summary>The requirements that decide the cell.</summary>
    public static IReadOnlyList<string> Requirements(GridCell cell) => cell.State switch
    {
        SceneState.Closed => Closed(cell),
        SceneState.Listen => Listen(cell),
        SceneState.SynSent => SynSent(cell),
        _ => Synchronized(cell),
    };

    private static bool HasReset(GridCell c) => c.Stimulus
        is Stimulus.Reset or Stimulus.ResetWithText or Stimulus.SynReset or Stimulus.Everything;

    private static bool HasSyn(GridCell c) => c.Stimulus
        is Stimulus.Syn or Stimulus.SynFin or Stimulus.SynReset or Stimulus.Everything;

    private static string[] Closed(GridCell c) =>
        HasReset(c) ? ["rfc9293/3.10.7.1/2"]
        : c.Ack == AckPosition.Absent
            ? ["rfc9293/3.10.7.1/3", "rfc9293/3.10.7.1/4", "rfc9293/3.5.2/4"]
            : ["rfc9293/3.10.7.1/3", "rfc9293/3.10.7.1/5", "rfc9293/3.5.2/3"];

    private static string[] Listen(GridCell c) =>
        HasReset(c) ? ["rfc9293/3.10.7.2/1", "rfc9293/3.5.3/3"]
        : c.Ack != AckPosition.Absent ? ["rfc9293/3.10.7.2/2", "rfc9293/3.5.2/5"]
        : HasSyn(c) ? ["rfc9293/3.10.7.2/4", "rfc9293/3.10.7.2/6", "rfc9293/3.3.2/3"]
        : ["rfc9293/3.10.7.2/7"];

    private static string[] SynSent(GridCell c)
    {
        bool good = c.Ack == AckPosition.Next;
        if (c.Ack != AckPosition.Absent && !good)
        {
            return HasReset(c)
                ? ["rfc9293/3.10.7.3/2", "rfc5961/3.2/6"]
                : ["rfc9293/3.10.7.3/1", "rfc9293/3.5.2/5", "rfc9293/3.5.2/6"];
        }
        if (HasReset(c))
        {
            return good
                ? ["rfc9293/3.10.7.3/5", "rfc9293/3.5.3/2"]
                : ["rfc9293/3.10.7.3/6", "rfc5961/3.2/6"];
        }
        return HasSyn(c)
            ? good ? ["rfc9293/3.10.7.3/8", "rfc9293/3.3.2/7"]
                : ["rfc9293/3.10.7.3/11", "rfc9293/MUST-10", "rfc9293/3.3.2/6"]
            : ["rfc9293/3.10.7.3/13"];
    }

    private static string[] Synchronized(GridCell c)
    {
        if (c.Options == OptionsOf.OldTimestamp && !HasReset(c))
        {
            return ["rfc7323/5.3/1", "rfc7323/5.3/2", "rfc7323/5.3/3"];
        }
        if (c.Options == OptionsOf.NoTimestamp && !HasReset(c))
        {
            return ["rfc7323/3.2/11"];
        }
        return HasReset(c) ? Reset(c)
            : HasSyn(c) ? Syn(c)
            : IsOutside(c) ? [Others + "2", Others + "4", Others + "6", "rfc9293/3.4/6"]
            : c.Ack == AckPosition.Absent ? [Others + "25"]
            : Acknowledgment(c);
    }

    private static bool IsOutside(GridCell c) => c.Seq
        is SeqPosition.FarLeft or SeqPosition.RightEdge or SeqPosition.FarRight
        || (c.Seq == SeqPosition.JustLeft && c.Stimulus is Stimulus.Bare or Stimulus.Nothing);

    private static string[] Reset(GridCell c) => c.Seq switch
    {
        SeqPosition.Exact =>
        [
            Others + "10", "rfc5961/3.2/2", "rfc9293/3.5.3/1",
            c.State == SceneState.SynReceived ? "rfc9293/MUST-11"
                : c.State is SceneState.Closing or SceneState.LastAck or SceneState.TimeWait
                    ? Others + "17"
                    : Others + "16",
        ],
        SeqPosition.Inside or SeqPosition.LastInside =>
            [Others + "11", Others + "12", "rfc5961/3.2/3", "rfc5961/3.2/4"],
        _ => [Others + "5", Others + "9", "rfc5961/3.2/5"],
    };

    private static string[] Syn(GridCell c) => c.State == SceneState.SynReceived
        ? [Others + "4", Others + "20"]
        : c.State == SceneState.TimeWait
            ? [Others + "21", Others + "22"]
            : [Others + "22", Others + "23", "rfc5961/4.2/2", "rfc5961/4.2/3"];

    private static string[] Acknowledgment(GridCell c)
    {
        if (c.State == SceneState.SynReceived)
        {
            return c.Ack == AckPosition.Next
                ? [Others + "28", "rfc9293/3.3.2/9"]
                : [Others + "29", "rfc9293/3.5.2/5"];
        }
        return c.Ack switch
        {
            AckPosition.JustAbove or AckPosition.FarAbove => [Others + "33", "rfc9293/3.4/4"],
            AckPosition.Ancient => [Others + "26", Others + "27", "rfc5961/5.2/3"],
            AckPosition.Old => [Others + "32", "rfc9293/3.4/4"],
            _ => Text(c),
        };
    }

    private static string[] Text(GridCell c) => c.Stimulus switch
    {
        Stimulus.Fin or Stimulus.TextFin => [Others + "55", Fin(c.State)],
        Stimulus.Text or Stimulus.UrgentText => c.State
            is SceneState.Established or SceneState.FinWait1 or SceneState.FinWait2
                ? [Others + "45", Others + "47", Others + "48", "rfc9293/MUST-40"]
                : [Others + "52"],
        _ => [Others + "30", Others + "34"],
    };

    private static string Fin(SceneState state) => state switch
    {
        SceneState.Established => Others + "57",
        SceneState.FinWait1 => Others + "58",
        SceneState.FinWait2 => Others + "59",
        SceneState.TimeWait => Others + "61",
        _ => Others + "60",
    };
}
