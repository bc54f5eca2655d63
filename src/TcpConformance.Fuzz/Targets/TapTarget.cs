using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Tapping;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>tap:IUT</c>: a story between a tester and any IUT over its link, in real time and
/// without looking inside.</summary>
public static class TapTarget
{
    /// <summary>What stands before the name of the IUT.</summary>
    public const string Prefix = "tap:";

    /// <summary>The target for an IUT.</summary>
    /// <param name="iut">As <c>tcpconf test</c> takes it.</param>
    /// <exception cref="ProfileException">There is no such profile, or it is wrong.</exception>
    public static FuzzTarget For(string iut)
    {
        IutProfile profile = IutProfiles.Load(iut);
        return new FuzzTarget(
            Prefix + iut,
            $"Ensure that {profile.Name} conforms and stays alive, whatever segments and user "
            + "calls come in whatever order.",
            input => Run(profile, input))
        {
            Assemblies = [],
            LongestInput = SessionTarget.Target.LongestInput,
            Structure = InputStructures.Session,
            Tell = input => Tell(profile, input),
        };
    }

    private static void Run(IutProfile profile, ReadOnlySpan<byte> input)
    {
        using var run = new TapRun(profile);
        if (run.Read(input) is Session session
            && Play(run, session) is TapFault fault)
        {
            throw new FuzzFindingException(fault.Rule, fault.Message);
        }
    }

    private static FuzzStory Tell(IutProfile profile, byte[] input)
    {
        using var run = new TapRun(profile);
        if (run.Read(input) is not Session session)
        {
            return new FuzzStory("The IUT lacks what the session needs.\n");
        }
        TapFault? fault = Play(run, session);
        string end = fault is null ? "Nothing is wrong." : $"{fault.Rule}: {fault.Message}";
        return new FuzzStory($"{end}\n\nThe session:\n{session}\n")
        {
            Trace = fault?.Trace ?? [],
            LinkType = LinkType.RawIp,
        };
    }

    private static TapFault? Play(TapRun run, Session session)
    {
        (TapFault?[] faults, TapFault? dead) =
            run.Play([session], CancellationToken.None);
        return faults[0] ?? dead;
    }
}
