using System.Text.Json;
using System.Text.Json.Serialization;

namespace TcpConformance.Reports;

/// <summary><c>diff.json</c>: schema <c>tcpconf-diff/1</c>.</summary>
public static class DiffJson
{
    private const string Schema = "tcpconf-diff/1";

    /// <summary>The file's text.</summary>
    public static string Write(DiffScore score) => JsonSerializer.Serialize(
        new DiffFile(
            Schema, score.Iuts, score.Seed, score.Started, Math.Round(score.Seconds, 3),
            score.Sessions, score.Stimuli, score.Unusable, score.Unsteady,
            [.. score.Rows.Select(Of)]),
        DiffJsonContext.Default.DiffFile);

    private static DifferenceFile Of(DiffRow row) => new(
        row.Name, row.States, row.Stimulus, row.Steps, row.Step, row.Times, row.IsFinding,
        [.. row.Columns.Select(c => new ReactionFile(
            c.Iut, c.Reaction, c.Word == "pass" ? "conforms" : "violates", c.Requirement,
            c.Message.Length == 0 ? null : c.Message, c.Known, c.Capture))],
        row.Session.Split('\n'), row.Replay);
}

/// <summary>The whole file.</summary>
internal sealed record DiffFile(
    string Schema, IReadOnlyList<string> Iuts, long Seed, DateTimeOffset Started, double Seconds,
    int Sessions, long Stimuli, int Unusable, int Unsteady,
    IReadOnlyList<DifferenceFile> Differences);

/// <summary>One difference.</summary>
internal sealed record DifferenceFile(
    string Name, string State, string Stimulus, IReadOnlyList<string> Steps, int Step, int Times,
    bool IsFinding, IReadOnlyList<ReactionFile> Reactions, IReadOnlyList<string> Session,
    string Replay);

/// <summary>What one IUT did.</summary>
internal sealed record ReactionFile(
    string Iut, string Reaction, string Verdict, string? Requirement, string? Message,
    string? KnownDeviation, string? Trace);

/// <summary>Made by the compiler: no reflection at run time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiffFile))]
internal sealed partial class DiffJsonContext : JsonSerializerContext;
