using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far permissions of SACK and D-SACK reach: each beside the nearest trace on its
/// other side.</summary>
public sealed class SackLimitTests
{
    private const string Sack = Openings.OpenSack;
    private const string Gap = Sack + "> A 101:201 1; < A 1 1 sack=101-201;";
    private const string Above = "latency 50;" + Sack + "> A 201:301 1; < A 1 1 sack=201-301;";
    private const string Taken = Sack + "> A 1:201 1; < A 1 201;";
    private const string Twice = Taken + "> A 1:201 1; < A 1 201 sack=1-201;";
    private const string FarAbove = Gap + "> A 301:401 1; < A 1 1 sack=301-401,101-201;";

    [TestCase("the first block after the ACK number has moved (RFC 2018 §4)",
        Above + "> A 401:501 1; > A 1:101 1; < A 1 101 sack=201-301,401-501",
        Above + "> A 1:101 1; > A 401:501 1; < A 1 101 sack=201-301,401-501",
        "sack-first-not-newest")]
    [TestCase("blocks that follow each other (RFC 2018 §3)",
        Gap + "> A 201:301 1; < A 1 1 sack=101-301",
        Gap + "> A 201:301 1; < A 1 1 sack=201-301,101-201", "sack-block-not-isolated")]
    [TestCase("the same block twice (RFC 2018 §3)",
        FarAbove + "> A 601:701 1; < A 1 1 sack=601-701,301-401,101-201",
        FarAbove + "> A 601:701 1; < A 1 1 sack=601-701,301-401,301-401",
        "sack-block-not-isolated")]
    [TestCase("a part that was kept (SHLD-31)",
        Sack + "> A 101:201 1; > A 201:301 1; < A 1 1 sack=201-301",
        Sack + "> A 101:201 1; > A 201:301 1; < A 1 1 sack=201-301,151-201",
        "sack-block-not-isolated")]
    [TestCase("every ACK below what is held (RFC 2018 §4)",
        Gap + "> A 70000 1; < A 1 1 sack=101-201; > A 1:101 1; < A 1 201",
        Gap + "> A 70000 1; < A 1 1; > A 1:101 1; < A 1 201", "sack-missing")]
    [TestCase("what was dropped and came again (RFC 2018 §8)",
        Gap + "> A 70000 1; < A 1 1; > A 101:201 1; < A 1 1 sack=101-201; > A 1:101 1; < A 1 201",
        Gap + "> A 70000 1; < A 1 1; > A 301:401 1; < A 1 1 sack=301-401,101-201; > A 1:101 1;"
            + "< A 1 201 sack=301-401",
        "sack-missing")]
    [TestCase("SACK in a SYN (RFC 2018 §3)",
        "listen; > S 0 sackok; < SA 0 1 sackok",
        "listen; > S 0 sackok; < SA 0 1 sackok sack=101-201", "sack-block-not-received")]
    [TestCase("SACK in a SYN, not permitted (RFC 2018 §4)",
        "connect; < S 0 sackok", "connect; < S 0 sackok sack=101-201", "sack-not-permitted")]
    public void Sack_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("what came twice (RFC 2883 §4 (1))",
        Twice, Taken + "> A 70000 1; < A 1 201 sack=1-201", "duplicate-sack-unfounded")]
    [TestCase("one that is told of (RFC 2883 §4 (2))",
        Twice + "> A 1:201 1; < A 1 201 sack=1-201", Twice + "> A 70000 1; < A 1 201 sack=1-201",
        "duplicate-sack-unfounded")]
    [TestCase("a block of long ago (RFC 2883 §4 (1))",
        Gap + "> A 1:101 1; < A 1 201; > A 101:201 1; < A 1 201 sack=101-201",
        Gap + "> A 1:101 1; < A 1 201 sack=101-201", "duplicate-sack-unfounded")]
    [TestCase("the edges of the duplicate (RFC 2883 §4 (3))",
        Taken + "> A 51:251 1; < A 1 251 sack=51-201",
        Taken + "> A 51:151 1; < A 1 201 sack=1-201", "duplicate-sack-unfounded")]
    [TestCase("two in a row, as one (RFC 2883 §4 (1))",
        Taken + "> A 1:101 1; > A 101:201 1; < A 1 201 sack=1-201",
        Taken + "> A 1:101 1; > A 121:201 1; < A 1 201 sack=1-121", "duplicate-sack-unfounded")]
    [TestCase("one for each (RFC 2883 §4 (2))",
        Taken + "> A 1:101 1; > A 1:101 1; < A 1 201 sack=1-101; < A 1 201 sack=1-101",
        Taken + "> A 1:101 1; > A 11:101 1; < A 1 201 sack=1-101; < A 1 201 sack=1-101",
        "duplicate-sack-unfounded")]
    [TestCase("the FIN, or not (RFC 2883 §4)",
        Sack + "> FA 1:101 1; < A 1 102; > FA 1:101 1; < A 1 102 sack=1-101; > FA 1:101 1;"
            + "< A 1 102 sack=1-102; > FA 101 1; < A 1 102 sack=101-102",
        Sack + "> FA 1:101 1; < A 1 102; > FA 1:101 1; < A 1 102 sack=101-102",
        "duplicate-sack-unfounded")]
    [TestCase("of what is held, too (RFC 2883 §4.2.2)",
        FarAbove + "> A 151:351 1; < A 1 1 sack=151-201,101-401",
        FarAbove + "> A 151:351 1; < A 1 1 sack=151-251,101-401", "duplicate-sack-unfounded")]
    [TestCase("of what is held, once (RFC 2883 §4 (2))",
        Gap + "> A 101:201 1; < A 1 1 sack=101-201,101-201; send 100;"
            + "< A 1:101 1 sack=101-201",
        Gap + "> A 101:201 1; < A 1 1 sack=101-201,101-201; send 100;"
            + "< A 1:101 1 sack=101-201,101-201", "duplicate-sack-unfounded")]
    [TestCase("a FIN that is held (RFC 2883 §4 (4))",
        Sack + "> FA 501 1; < A 1 1 sack=501-502; > FA 501 1; < A 1 1 sack=501-502,501-502",
        Sack + "> FA 501 1; < A 1 1 sack=501-502; > A 70000 1; < A 1 1 sack=501-502,501-502",
        "duplicate-sack-unfounded")]
    [TestCase("a SYN again (RFC 2883 §4)",
        Taken + "> S 0; < A 1 201 sack=0-1", Taken + "> A 70000 1; < A 1 201 sack=0-1",
        "sack-block-not-received")]
    [TestCase("in TIME-WAIT (RFC 2883 §4)",
        Sack + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; > FA 1 2; < A 2 2 sack=1-2",
        Sack + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; > A 70000 2; < A 2 2 sack=1-2",
        "duplicate-sack-unfounded")]
    public void DuplicateSack_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
