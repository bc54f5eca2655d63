using System.Text.Json;
using System.Text.Json.Serialization;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Results;

/// <summary>Turns results into JSON and back, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(VerdictConverter), typeof(LevelConverter)],
    WriteIndented = true)]
[JsonSerializable(typeof(RunResult))]
public sealed partial class ResultJsonContext : JsonSerializerContext
{
    private sealed class VerdictConverter()
        : JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

    private sealed class LevelConverter()
        : JsonStringEnumConverter<RequirementLevel>(
            JsonNamingPolicy.CamelCase, allowIntegerValues: false);
}
