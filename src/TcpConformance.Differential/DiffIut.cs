using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>One of the IUTs that are compared.</summary>
/// <param name="Name">As it is called in the report; no other one has it.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="Open">Makes it for a seed.</param>
public sealed record DiffIut(string Name, IutProfile Profile, Func<ulong, IIut> Open)
{
    /// <summary>What its profile says of deviations that sessions show.</summary>
    public SessionDeviations Deviations { get; } = new(Profile.KnownDeviations);
}
