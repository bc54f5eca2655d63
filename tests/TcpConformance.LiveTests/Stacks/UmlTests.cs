using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>Facts about Linux 6.1 as User-mode Linux in which it differs from RFCs, and others in
/// which it does not.</summary>
[TestFixture]
internal sealed class UmlTests
{
    private const string ShutWindow = "rfc9293/3.8.6.1/fin-waits";
    private const string EarlyReset = "rfc9293/3.10.7.4/syn-received/reset/seq-inside";
    private const string EdgeReset = "rfc9293/3.10.7.4/established/rst-right-edge";
    private const string Exact = "rfc9293/3.10.7.4/established/text-ack-next/seq-exact";
    private const string Challenged = "rfc9293/3.10.7.4/established/reset/seq-inside";
    private const string OneBlock = "rfc2018/3/one-block";

    [Test]
    public void Linux61_FewCases_ShowsWhereItDiffers()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "linux-6.1", ShutWindow, EarlyReset, EdgeReset, Exact, Challenged, OneBlock);
        Assert.Multiple(() =>
        {
            foreach (string known in (string[])[ShutWindow, EarlyReset, EdgeReset])
            {
                Assert.That(cases[known].Verdict, Is.EqualTo(Verdict.Fail), known);
                Assert.That(cases[known].KnownDeviation, Is.Not.Null, known);
            }
            foreach (string good in (string[])[Exact, Challenged, OneBlock])
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
        });
    }
}
