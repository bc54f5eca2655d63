using TcpConformance.Harness.Scenes;

namespace TcpConformance.Suite.Grid;

/// <summary>One cell of the grid: a state, and a segment that arrives in it.</summary>
/// <param name="Path">How the state is reached.</param>
/// <param name="Stimulus">Controls and text.</param>
/// <param name="Seq">Where SEG.SEQ stands.</param>
/// <param name="Ack">Where SEG.ACK stands.</param>
/// <param name="ZeroWindow">The segment closes the IUT's send window.</param>
/// <param name="Options">Its options.</param>
internal sealed record GridCell(
    PreamblePath Path, Stimulus Stimulus, SeqPosition Seq, AckPosition Ack,
    bool ZeroWindow = false, OptionsOf Options = OptionsOf.Agreed)
{
    /// <summary>The state that the segment meets.</summary>
    public SceneState State => Path.State;

    /// <summary>The section that says what happens.</summary>
    public string Section => State switch
    {
        SceneState.Closed => "rfc9293/3.10.7.1",
        SceneState.Listen => "rfc9293/3.10.7.2",
        SceneState.SynSent => "rfc9293/3.10.7.3",
        _ => "rfc9293/3.10.7.4",
    };

    /// <summary>The case's id: section, state, controls, positions.</summary>
    public string Id => $"{Section}/{Path.Name}/{Kebab(Stimulus)}"
        + (Ack == AckPosition.Absent ? "" : $"-ack-{Kebab(Ack)}")
        + $"/seq-{Kebab(Seq)}"
        + (Options == OptionsOf.Agreed ? "" : $"/{Kebab(Options)}")
        + (ZeroWindow ? "/window-0" : "");

    private static string Kebab<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) =>
            char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
