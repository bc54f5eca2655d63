using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>Facts about lwIP that its source shows, where it is a program of its own on a link.
/// </summary>
[TestFixture]
internal sealed class LwipProgramTests
{
    private const string Client = "walkthrough/handshake/client";
    private const string Exact = "rfc9293/3.10.7.4/established/text-ack-next/seq-exact";
    private const string SixExact = "rfc5961/3.2/established/rst-inside/ipv6";
    private const string Simultaneous = "rfc9293/3.5/simultaneous-open/syn-lost";
    private const string AckBitOff = "rfc9293/3.1/header/ack-bit-off";
    private const string LengthMissing = "rfc9293/3.1/illegal-length/length-missing";

    [Test]
    public void Plain_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "lwip-tap", Client, Exact, SixExact, Simultaneous, AckBitOff);
        Assert.Multiple(() =>
        {
            foreach (string good in (string[])[Client, Exact, SixExact])
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
            foreach (string known in (string[])[Simultaneous, AckBitOff])
            {
                Assert.That(cases[known].Verdict, Is.EqualTo(Verdict.Fail), known);
                Assert.That(cases[known].KnownDeviation, Is.Not.Null, known);
            }
        });
    }

    [Test]
    public void Sanitized_ReadBehindThePacket_IsTheCasesVerdictAndTheRunGoesOn()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "lwip-tap-asan", Client, Exact, LengthMissing);
        CaseResult overread = cases[LengthMissing];

        Assert.That(overread.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(overread.Message, Does.Contain("heap-buffer-overflow"));
        Assert.That(overread.KnownDeviation, Is.Not.Null);
        Assert.That(cases[Client].Verdict, Is.EqualTo(Verdict.Pass), cases[Client].Message);
        Assert.That(cases[Exact].Verdict, Is.EqualTo(Verdict.Pass), cases[Exact].Message);
    }
}
