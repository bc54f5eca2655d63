using TcpConformance.Spec.Profile;

namespace TcpConformance.Harness.Judging;

/// <summary>What all connections of one oracle have in common.</summary>
/// <param name="Ixit">The stated values.</param>
/// <param name="Claims">The claims.</param>
/// <param name="Isns">The ISNs of all connections.</param>
/// <param name="Scratch">Room that is used by one judge at a time.</param>
/// <param name="Report">Takes what is found.</param>
internal sealed record JudgeSetting(
    Ixit Ixit, Claims Claims, IsnBook Isns, Scratch Scratch, Action<Violation> Report)
{
    /// <summary>See <see cref="Oracle.IsImmediate"/>.</summary>
    public bool IsImmediate { get; init; }
}
