using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>Facts about ns-3's TCP that its source shows.</summary>
[TestFixture]
internal sealed class Ns3Tests
{
    private static readonly string[] Deviates =
    [
        // Every connection begins with 0.
        "rfc9293/3.4.1/isn/active-differ",
        // An option of length 0 is looked at for ever, and the wrong length of an MSS aborts.
        "rfc9293/3.1/illegal-length/length-0",
        "rfc9293/3.1/illegal-length/mss-length-2",
        // SYN-SENT ignores what has an ACK and no SYN, and so a RST,ACK.
        "rfc9293/3.10.7.3/syn-sent/refused",
        // LISTEN answers no ACK.
        "rfc9293/3.10.7.2/listen/ack-reset",
        // A RST is believed wherever it lies.
        "rfc5961/3.2/established/rst-outside",
        // A window probe has no flags.
        "rfc9293/3.8.6.1/first-probe",
        // The SYN,ACK echoes no timestamp.
        "rfc7323/3.2/missing-dropped",
    ];

    private static readonly string[] Conforms =
    [
        "rfc9293/3.10.7.4/established/text-ack-next/seq-exact",
        "rfc9293/3.10.7.4/established/bare-ack-next/seq-exact",
        // Segments that are longer than the link's MTU come in.
        "rfc9293/3.10.7.4/text/overlaps-left",
        // With Nagle's algorithm less than a segment would not be sent again.
        "rfc6298/2/first-round-trip/active",
        // The first segment is acknowledged alone and at once.
        "rfc9293/3.8.6.3/every-second-full-segment",
    ];

    [Test]
    public void Ns3_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "ns3", [.. Deviates, .. Conforms]);
        Assert.Multiple(() =>
        {
            foreach (string bad in Deviates)
            {
                Assert.That(cases[bad].Verdict, Is.EqualTo(Verdict.Fail), bad);
                Assert.That(cases[bad].KnownDeviation, Is.Not.Null, cases[bad].Message);
            }
            foreach (string good in Conforms)
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
        });
    }
}
