using System.Text.Json;
using TcpConformance.Harness.Results;

namespace TcpConformance.Reports;

/// <summary><c>result.json</c>: see <c>specs/result.schema.json</c>.</summary>
public static class ResultJson
{
    /// <summary>The JSON text of a result.</summary>
    /// <param name="run">The result.</param>
    public static string Write(RunResult run) =>
        JsonSerializer.Serialize(run, ResultJsonContext.Default.RunResult);

    /// <summary>Reads a result back.</summary>
    /// <param name="json">The whole text.</param>
    /// <param name="why">Why it could not be read, in one line; null if it could.</param>
    /// <returns>The result, or null.</returns>
    public static RunResult? Read(string json, out string? why)
    {
        why = null;
        try
        {
            var run = JsonSerializer.Deserialize(json, ResultJsonContext.Default.RunResult);
            if (run?.Schema == RunResult.CurrentSchema)
            {
                return run;
            }

            why = $"the schema is '{run?.Schema}', not '{RunResult.CurrentSchema}'";
        }
        catch (JsonException e)
        {
            why = e.Message.ReplaceLineEndings(" ");
        }

        return null;
    }
}
