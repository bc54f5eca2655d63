using System.Text.Json.Serialization;

namespace TcpConformance.Fuzz.Findings;

/// <summary>What is known of a finding: the sidecar in its folder.</summary>
public sealed record Finding
{
    /// <summary>The folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>What it is.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
    public required FindingKind Kind { get; init; }

    /// <summary>What makes it the same as another one.</summary>
    public required string Signature { get; init; }

    /// <summary>What is wrong, in one line.</summary>
    public required string Message { get; init; }

    /// <summary>When it was found first.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>How often it came, in all campaigns.</summary>
    public long Times { get; init; } = 1;

    /// <summary>Whether the input alone shows it again.</summary>
    public bool Replays { get; init; } = true;

    /// <summary>Octets of the input as it was found.</summary>
    public int OctetsFound { get; init; }

    /// <summary>Octets of the input as it is kept.</summary>
    public int Octets { get; init; }

    /// <summary>The command that runs it again.</summary>
    public required string Replay { get; init; }

    /// <summary>Hashes of what fast code says of the same fault: there, methods are missing from
    /// the stack that were compiled into their callers.</summary>
    public IReadOnlyList<uint> Aliases { get; init; } = [];
}
