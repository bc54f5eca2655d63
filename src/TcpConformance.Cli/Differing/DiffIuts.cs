using TcpConformance.Cli.Running;
using TcpConformance.Differential;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Suites;
using TcpConformance.Tap;

namespace TcpConformance.Cli.Differing;

/// <summary>IUTs of <c>tcpconf diff</c> by their names.</summary>
internal static class DiffIuts
{
    /// <summary>The IUTs, ready to be opened.</summary>
    /// <remarks>Does not return where one of them needs a user namespace: the program goes on
    /// there.</remarks>
    /// <exception cref="UsageException">There are too few, or one is unknown.</exception>
    internal static DiffIut[] Load(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
        {
            throw new UsageException(
                "name two IUTs or more to compare, e.g. 'tcpconf diff reference linux'");
        }
        NamedProfile[] profiles = [.. names.Select(NamedProfile.Load)];
        if (profiles.Any(p => !p.Profile.IsVirtualTime))
        {
            UserNamespace.RestartWhereNeeded();
        }
        LwipSanitizer.RestartWhereNeeded(profiles.Select(p => p.Profile));
        return [.. profiles.Select((p, i) => Of(p, profiles.Take(i)))];
    }

    private static DiffIut Of(NamedProfile named, IEnumerable<NamedProfile> before)
    {
        // The same one twice shows what differs by chance.
        int same = before.Count(b => b.Profile.Name == named.Profile.Name);
        Func<IutProfile, ulong, IIut> open = named.Open ?? SuiteRunner.OpenByKind;
        return new DiffIut(
            named.Profile.Name + (same == 0 ? "" : $"#{same + 1}"), named.Profile,
            seed => open(named.Profile, seed));
    }
}
