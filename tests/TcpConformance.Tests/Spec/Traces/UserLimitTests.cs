using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What users may be told, and what they have given: each permission beside the nearest
/// trace on its other side.</summary>
public sealed class UserLimitTests
{
    private const string Open = Openings.Open;
    private const string Urgent = Open + "urgent 10; < UA 1 1 up=10; < UA 1:11 1 up=10;";

    [TestCase("URG without text (RFC 9293 §3.8.5)",
        Urgent, Open + "< UA 1 1 up=10", "urgent-unasked")]
    [TestCase("URG until the text is acknowledged (RFC 9293 §3.8.5)",
        Urgent + "> A 1 10; +1; < UA 11 1 up=0", Urgent + "> A 1 11; +1; < UA 11 1 up=0",
        "urgent-unasked")]
    [TestCase("URG with text of no urgency (RFC 9293 §3.10.2)",
        Urgent + "nodelay; send 10; < UA 11:21 1 up=0", Open + "send 10; < UA 1:11 1 up=10",
        "urgent-unasked")]
    public void Urgent_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
