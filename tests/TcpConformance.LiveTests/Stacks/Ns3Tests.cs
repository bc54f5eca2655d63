using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>Facts about ns-3's TCP that its source shows.</summary>
[TestFixture]
internal sealed class Ns3Tests
{
    private const string SameIsn = "rfc9293/3.4.1/isn/active-differ";
    private const string ZeroLength = "rfc9293/3.1/illegal-length/length-0";
    private const string Exact = "rfc9293/3.10.7.4/established/text-ack-next/seq-exact";
    private const string Bare = "rfc9293/3.10.7.4/established/bare-ack-next/seq-exact";

    [Test]
    public void Ns3_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "ns3", SameIsn, ZeroLength, Exact, Bare);
        Assert.Multiple(() =>
        {
            // Every connection begins with 0, and an option of length 0 is looked at for ever.
            foreach (string bad in (string[])[SameIsn, ZeroLength])
            {
                Assert.That(cases[bad].Verdict, Is.EqualTo(Verdict.Fail), bad);
            }
            foreach (string good in (string[])[Exact, Bare])
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
        });
    }
}
