using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Tests.Reports;

/// <summary>Made-up results, so that reports have something to show.</summary>
internal static class SampleRun
{
    public const string FailingCase = "rfc9293/3.10.7.4/established/rst-right-edge";
    public const string Nasty = "came <script>alert(1)</script> & \u0001 \"quoted\"";

    public static RequirementCatalogue Catalogue => RequirementCatalogue.Embedded;

    /// <summary>One IUT, five cases: pass, fail, inconclusive, error, known deviation.</summary>
    public static RunResult Small()
    {
        CaseResult[] cases =
        [
            Case("rfc9293/3.5/handshake", Verdict.Pass, "rfc9293/3.5/1"),
            Case(FailingCase, Verdict.Fail, "rfc9293/MUST-12") with
            {
                Message = Nasty,
                Trace = "linux/rst-right-edge.pcapng",
            },
            Case("rfc9293/3.8.4/keep-alive", Verdict.Inconclusive, "rfc9293/MUST-28"),
            Case("rfc9293/3.8.5/urgent", Verdict.Error, "rfc9293/MUST-31"),
            Case("rfc9293/3.8.3/syn-r2", Verdict.Fail, "rfc9293/MUST-23") with
            {
                Message = "gave up after 127 s, at least 180 s are required",
                KnownDeviation = "tcp_syn_retries is 6 by default",
            },
        ];
        FindingResult[] findings =
        [
            new("rfc5961/3.2/3", RequirementLevel.Must, FailingCase, "rst-in-window", Nasty),
        ];
        return Run(Iut("linux", "6.18", cases, findings));
    }

    /// <summary>Many IUTs and cases, most of them passing.</summary>
    public static RunResult Large(int iuts, int requirements, int cases)
    {
        Requirement[] used = [.. Catalogue.All.Take(requirements)];
        string[] names = ["reference", "linux", "lwip", "gvisor", "passt"];
        return Run([.. Enumerable.Range(0, iuts).Select(i =>
        {
            CaseResult[] results =
                [.. Enumerable.Range(0, cases).Select(n => Generated(i, n, used))];
            return Iut(names[i], $"{i}.1", results, []);
        })]);
    }

    public static IReadOnlyList<TraceEntry> Trace() =>
    [
        At(0, TraceKind.Note, "preamble: ESTABLISHED by passive open"),
        At(0, TraceKind.SegmentToIut, "SYN seq=0 win=65535 <mss 1460>"),
        At(120, TraceKind.SegmentFromIut, "SYN,ACK seq=0 ack=1 win=64240 <mss 1460>"),
        At(180, TraceKind.SegmentToIut, "ACK seq=1 ack=1 win=65535"),
        At(400, TraceKind.UserCall, "receive(4096)"),
        At(100_000, TraceKind.SegmentToIut, "RST seq=65536"),
        At(100_150, TraceKind.SegmentFromIut, "RST,ACK seq=1 ack=1 win=0"),
        At(100_150, TraceKind.UserResult, "receive: connection reset"),
        At(100_150, TraceKind.Violation, "rfc9293/MUST-12: " + Nasty),
    ];

    private static CaseResult Generated(int iut, int n, Requirement[] used)
    {
        int dice = (n * 7919) + (iut * 104729);
        Verdict verdict = iut == 0 || dice % 97 != 0 ? Verdict.Pass
            : dice % 5 == 0 ? Verdict.Inconclusive
            : Verdict.Fail;
        Requirement requirement = used[n % used.Length];
        CaseResult made = Case($"{requirement.Id}/grid-{n:0000}", verdict, requirement.Id) with
        {
            Level = requirement.Level,
            Requirements = [requirement.Id, used[(n * 31) % used.Length].Id],
        };
        return verdict == Verdict.Pass ? made : made with
        {
            Message = "expected <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, but nothing came in 1.0 s",
            Trace = $"{n}.pcapng",
            KnownDeviation = dice % 3 == 0 ? "RFC 9293 §3.8.3: fewer SYN retransmissions" : null,
        };
    }

    private static CaseResult Case(string id, Verdict verdict, string requirement) => new(
        id, $"Ensure that {id} holds.", [requirement], RequirementLevel.Must, verdict, 1.25)
    {
        Replay = $"./tcpconf test linux --select {id} --seed 7",
    };

    private static IutResult Iut(
        string name, string version, CaseResult[] cases, FindingResult[] findings) =>
        new(name, version, cases, RequirementResult.Judge(Catalogue, cases, findings), findings);

    private static RunResult Run(params IutResult[] iuts) => new(
        RunResult.CurrentSchema,
        new ToolInfo("0.1.0", "8d84802"),
        7,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        12.5,
        iuts);

    private static TraceEntry At(int microseconds, TraceKind kind, string text) =>
        new(TimeSpan.FromMicroseconds(microseconds), kind, null, text);
}
