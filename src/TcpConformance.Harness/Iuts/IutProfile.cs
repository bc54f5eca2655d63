using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts;

/// <summary>How an IUT is reached.</summary>
public enum IutKind
{
    /// <summary>The reference engine, in this process and in virtual time.</summary>
    Engine,
    /// <summary>The machine's own Linux kernel behind a TAP device, in real time.</summary>
    TapLinux,
    /// <summary>lwIP, in this process and in virtual time.</summary>
    Lwip,
    /// <summary>A program that has its own stack and its own upper tester, in real time.
    /// </summary>
    Process,
}

/// <summary>A kernel parameter that is set before the run.</summary>
/// <param name="Name">As under /proc/sys, with dots or slashes.</param>
/// <param name="Value">What is written.</param>
/// <param name="Why">Why the run needs it.</param>
public sealed record IutSysctl(string Name, string Value, string Why);

/// <summary>An option that the upper tester sets on every socket.</summary>
/// <param name="Name">As in <c>specs/upper-tester.md</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Why">Why the run needs it.</param>
public sealed record IutSocketOption(string Name, string Value, string Why);

/// <summary>A place where the IUT is known to do otherwise than the RFC says.</summary>
/// <param name="Requirement">The requirement that it contradicts.</param>
/// <param name="Cases">Which cases show it; <c>*</c> and <see cref="InSessions"/>: sessions of
/// the fuzzer, too.</param>
/// <param name="Why">Why it does so, in one sentence.</param>
/// <param name="Section">Where the RFC says otherwise.</param>
public sealed record KnownDeviation(
    string Requirement, string Cases, string Why, string Section)
{
    /// <summary>The name of no case: what only sessions of the fuzzer show.</summary>
    public const string InSessions = "session";

    /// <summary>In place of a requirement: the stack dies, e.g. by an assertion of its own.
    /// </summary>
    public const string Dies = "dies";

    /// <summary>Words of the oracle's message that must be there, with <c>*</c> for any others;
    /// null: any message.</summary>
    public string? Message { get; init; }

    /// <summary>Words that one of a session's steps must have, as session files have them, with
    /// <c>*</c> for any others; null: whatever the session is.</summary>
    public string? Step { get; init; }

    /// <summary>Whether chance decides if a run shows it, such as how soon a program gets to read:
    /// a run that does not is no reason to take the line out.</summary>
    public bool IsSeenSometimes { get; init; }

    /// <summary>Whether the oracle's message is one that the line is about.</summary>
    public bool IsAbout(string message) => Says(Message, message);

    /// <summary>Whether one of these steps is one that the line is about.</summary>
    /// <param name="steps">Steps as session files have them.</param>
    public bool IsAboutOne(IEnumerable<string> steps) =>
        Step is null || steps.Any(s => Says(Step, s));

    private static bool Says(string? words, string text) =>
        words is null || new CaseGlob($"*{words}*").Matches(text);
}

/// <summary>Cases for which the IUT's user interface is too narrow.</summary>
/// <param name="Cases">Which ones.</param>
/// <param name="Why">What it lacks, in one sentence.</param>
public sealed record UnusableCases(string Cases, string Why);

/// <summary>What the maintainer of an IUT states about it: <c>specs/iuts/NAME.yaml</c>.</summary>
public sealed record IutProfile
{
    /// <summary>As on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>How it is reached.</summary>
    public required IutKind Kind { get; init; }

    /// <summary>Of a <see cref="IutKind.Process"/>: which of this project's stacks it is; null if
    /// <see cref="Program"/> says.</summary>
    public string? Stack { get; init; }

    /// <summary>Of a <see cref="IutKind.Process"/>: the path of its program, or a name to be
    /// looked for in PATH.</summary>
    public string? Program { get; init; }

    /// <summary>Of a <see cref="IutKind.Process"/>: arguments of its program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Of <see cref="IutKind.Lwip"/>: how it is compiled.</summary>
    public LwipFlavour Build { get; init; }

    /// <summary>Whether time passes for it only while somebody waits.</summary>
    public bool IsVirtualTime => Kind switch
    {
        IutKind.Engine or IutKind.Lwip => true,
        IutKind.TapLinux or IutKind.Process => false,
    };

    /// <summary>Cases at once in real time, where the IUT can't answer in time for more; 0: as
    /// many as the program thinks right.</summary>
    public int Jobs { get; init; }

    /// <summary>One line for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Version of the stack, e.g. the kernel's release; found out when it runs.</summary>
    public string Version { get; init; } = "";

    /// <summary>Values that the RFCs leave open.</summary>
    public Ixit Ixit { get; init; } = new();

    /// <summary>Mechanisms that it has.</summary>
    public Claims Claims { get; init; }

    /// <summary>The IUT's IPv4 address on the link; the tester has the rest of the /16.</summary>
    public IpAddress V4 { get; init; } = IpAddress.Parse("10.77.0.1");

    /// <summary>The IUT's IPv6 address on the link; the tester has the rest of the /64.</summary>
    public IpAddress V6 { get; init; } = IpAddress.Parse("fd77::1");

    /// <summary>Length of the IPv4 network's prefix in bits.</summary>
    public int V4Prefix { get; init; } = 16;

    /// <summary>Length of the IPv6 network's prefix in bits.</summary>
    public int V6Prefix { get; init; } = 64;

    /// <summary>Options of every socket.</summary>
    public IReadOnlyList<IutSocketOption> SocketOptions { get; init; } = [];

    /// <summary>Kernel parameters.</summary>
    public IReadOnlyList<IutSysctl> Sysctls { get; init; } = [];

    /// <summary>Cases that are left out, as they can't be told to the IUT.</summary>
    public IReadOnlyList<UnusableCases> LeftOut { get; init; } = [];

    /// <summary>Known deviations.</summary>
    public IReadOnlyList<KnownDeviation> KnownDeviations { get; init; } = [];

    /// <summary>Whether its user can open a connection: not, if the plainest case of that is left
    /// out.</summary>
    public bool HasActiveOpen =>
        !LeftOut.Any(l => new CaseGlob(l.Cases).Matches("walkthrough/handshake/client"));
}
