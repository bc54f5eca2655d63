using System.Text.Json;
using System.Text.Json.Serialization;
using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary><c>mutants.json</c>: schema <c>tcpconf-mutants/1</c>.</summary>
public static class MutantJson
{
    private const string Schema = "tcpconf-mutants/1";

    /// <summary>The file's text.</summary>
    public static string Write(MutantScore score) => JsonSerializer.Serialize(
        new ScoreFile(
            Schema, score.Seed, score.Started, Math.Round(score.Seconds, 3), score.Rows.Count,
            score.Killed, [.. score.Rows.Select(Of)]),
        MutantJsonContext.Default.ScoreFile);

    private static MutantFile Of(MutantRow row) => new(
        row.Id, row.Source, row.Text, row.Violates, row.Neighbours, row.Fate, row.Case, row.Named,
        row.Message.Length == 0 ? null : row.Message, row.Kills, row.AllNamed, row.IsShrunk,
        [.. row.Trace.Select(Line)]);

    private static string Line(TraceEntry e) =>
        $"{LadderDiagram.Time(e.At)} {e.Kind switch
        {
            TraceKind.SegmentToIut => "to IUT",
            TraceKind.SegmentFromIut => "from IUT",
            TraceKind.UserCall => "call",
            TraceKind.UserResult => "result",
            TraceKind.Note => "note",
            TraceKind.Violation => "violation",
        }}: {e.Text}";
}

/// <summary>The whole file.</summary>
internal sealed record ScoreFile(
    string Schema, long Seed, DateTimeOffset Started, double Seconds, int Tried, int Killed,
    IReadOnlyList<MutantFile> Mutants);

/// <summary>One mutant.</summary>
internal sealed record MutantFile(
    string Id, string Source, string Text, string Violates, IReadOnlyList<string> Neighbours,
    string Fate, string? Case, string? Named, string? Message, int Kills,
    IReadOnlyList<string> AllNamed, bool IsShrunk, IReadOnlyList<string> Trace);

/// <summary>Made by the compiler: no reflection at run time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScoreFile))]
internal sealed partial class MutantJsonContext : JsonSerializerContext;
