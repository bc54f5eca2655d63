using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Scenes;

namespace TcpConformance.Suite.Grid;

/// <summary>The generated cases: each state × each class of segment.</summary>
public static class StateGrid
{
    private static readonly Stimulus[] WithAck =
    [
        Stimulus.Bare, Stimulus.Text, Stimulus.UrgentText, Stimulus.Reset, Stimulus.Syn,
        Stimulus.Fin, Stimulus.TextFin,
    ];

    private static readonly Stimulus[] WithoutAck =
    [
        Stimulus.Nothing, Stimulus.Text, Stimulus.Reset, Stimulus.ResetWithText, Stimulus.Syn,
        Stimulus.Fin, Stimulus.SynFin, Stimulus.SynReset, Stimulus.Everything,
    ];

    /// <summary>All cells of the grid.</summary>
    public static IEnumerable<TestCase> Cases =>
        Cells().DistinctBy(c => c.Id).Select(GridCase.Make);

    private static IEnumerable<GridCell> Cells()
    {
        foreach (PreamblePath path in Preambles.All)
        {
            IEnumerable<GridCell> cells = path.State switch
            {
                SceneState.Closed or SceneState.Listen or SceneState.SynSent =>
                    Unsynchronized(path),
                SceneState.Established when path.Name == "established" =>
                    [.. Synchronized(path), .. Options(path)],
                _ => Synchronized(path),
            };
            foreach (GridCell cell in cells)
            {
                yield return cell;
            }
        }
    }

    // Without a connection there is no window: any sequence number will do.
    private static IEnumerable<GridCell> Unsynchronized(PreamblePath path)
    {
        AckPosition[] acks = path.State == SceneState.SynSent
            ? [AckPosition.Next, AckPosition.Old, AckPosition.JustAbove, AckPosition.FarAbove]
            : [AckPosition.Next];
        foreach (Stimulus s in WithAck)
        {
            foreach (AckPosition ack in acks)
            {
                yield return new GridCell(path, s, SeqPosition.Exact, ack);
            }
        }
        foreach (Stimulus s in WithoutAck)
        {
            yield return new GridCell(path, s, SeqPosition.Exact, AckPosition.Absent);
        }
    }

    private static IEnumerable<GridCell> Synchronized(PreamblePath path)
    {
        foreach (SeqPosition seq in Enum.GetValues<SeqPosition>())
        {
            foreach (Stimulus s in WithAck)
            {
                yield return new GridCell(path, s, seq, AckPosition.Next);
            }
            foreach (Stimulus s in WithoutAck)
            {
                yield return new GridCell(path, s, seq, AckPosition.Absent);
            }
        }
        AckPosition[] odd =
        [
            AckPosition.Old, AckPosition.Ancient, AckPosition.JustAbove, AckPosition.FarAbove,
        ];
        foreach (AckPosition ack in odd)
        {
            foreach (Stimulus s in WithAck)
            {
                yield return new GridCell(path, s, SeqPosition.Exact, ack);
            }
            yield return new GridCell(path, Stimulus.Text, SeqPosition.Inside, ack);
        }
        yield return new GridCell(
            path, Stimulus.Bare, SeqPosition.Exact, AckPosition.Next, ZeroWindow: true);
        yield return new GridCell(
            path, Stimulus.Bare, SeqPosition.JustLeft, AckPosition.Next, ZeroWindow: true);
    }

    private static IEnumerable<GridCell> Options(PreamblePath path)
    {
        OptionsOf[] all =
        [
            OptionsOf.OldTimestamp, OptionsOf.NoTimestamp, OptionsOf.UnagreedTimestamp,
            OptionsOf.Unknown, OptionsOf.Mss,
        ];
        SeqPosition[] positions = [SeqPosition.Exact, SeqPosition.Inside, SeqPosition.RightEdge];
        foreach (OptionsOf options in all)
        {
            foreach (SeqPosition seq in positions)
            {
                foreach (Stimulus s in WithAck)
                {
                    yield return new GridCell(
                        path, s, seq, AckPosition.Next, Options: options);
                }
            }
        }
    }
}
