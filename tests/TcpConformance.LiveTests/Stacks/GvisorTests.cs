using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>Facts about gVisor's netstack that its source shows: a harness that sees none of them
/// is blind, and one that sees others sees ghosts.</summary>
[TestFixture]
internal sealed class GvisorTests
{
    private const string OldTimestamp = "rfc7323/5.3/old-timestamp";
    private const string Multicast = "rfc9293/3.9.1.1/open-to-multicast";
    private const string Above = "rfc9293/3.10.7.4/established/text-ack-just-above/seq-exact";
    private const string OneBlock = "rfc2018/3/one-block";
    private const string LostSyn = "rfc9293/3.5/simultaneous-open/syn-lost";
    private const string Exact = "rfc9293/3.10.7.4/established/text-ack-next/seq-exact";

    [Test]
    public void Netstack_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "gvisor", OldTimestamp, Multicast, Above, OneBlock, LostSyn, Exact);
        Assert.Multiple(() =>
        {
            foreach (string known in (string[])[OldTimestamp, Multicast, Above])
            {
                Assert.That(cases[known].Verdict, Is.EqualTo(Verdict.Fail), known);
                Assert.That(cases[known].KnownDeviation, Is.Not.Null, known);
            }
            foreach (string good in (string[])[OneBlock, LostSyn, Exact])
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
        });
    }
}
