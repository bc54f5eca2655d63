namespace TcpConformance.Harness.Results;

/// <summary>What made a result.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Commit">The commit it was built from, or null if that is not known.</param>
public sealed record ToolInfo(string Version, string? Commit);
