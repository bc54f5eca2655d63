using System.Text.Json.Serialization;

namespace TcpConformance.Cli.Operators;

/// <summary>What the suite made of one operator mutant.</summary>
internal enum TrialEnd
{
    /// <summary>No case reaches the place.</summary>
    Unreached,

    /// <summary>Whatever the cases did, it answered octet for octet as the engine does.</summary>
    Invisible,

    /// <summary>It behaved otherwise, and no case minded.</summary>
    Survived,

    /// <summary>A case said Fail.</summary>
    Failed,

    /// <summary>It turned in circles, or did not come to an end.</summary>
    Hung,

    /// <summary>It died of an exception or took its process with it.</summary>
    Crashed,

    /// <summary>A case ended with Error although it neither hung nor crashed.</summary>
    Error,
}

/// <summary>What one trial came to: a line of the worker's output.</summary>
/// <param name="End">How it ended.</param>
internal sealed record TrialOutcome(TrialEnd End)
{
    /// <summary>The case that decided; for a survivor one that saw a difference.</summary>
    public string? Case { get; init; }

    /// <summary>The requirement that the case named.</summary>
    public string? Requirement { get; init; }

    /// <summary>In words.</summary>
    public string? Message { get; init; }

    /// <summary>Cases that reach the place.</summary>
    public int Reaching { get; init; }

    /// <summary>Cases whose packets or results differed, as far as they were run.</summary>
    public int Differing { get; init; }
}

/// <summary>Turns outcomes into lines and back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(TrialOutcome))]
[JsonSerializable(typeof(OperatorResult))]
internal sealed partial class TrialJsonContext : JsonSerializerContext;
