namespace TcpConformance.Spec.Requirements;

/// <summary>A requirement that no case can judge.</summary>
/// <param name="Id">The requirement's id.</param>
/// <param name="Reason">Why neither the wire nor an upper tester can show it.</param>
public sealed record RequirementException(string Id, string Reason);
