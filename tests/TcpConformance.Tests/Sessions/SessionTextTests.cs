using NUnit.Framework;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Sessions;

public sealed class SessionTextTests
{
    [FsCheck.NUnit.Property(MaxTest = 1000, Replay = "7,11")]
    public void Text_OfAnySession_IsReadBack(ulong seed)
    {
        Session session = SessionGenerator.Make(seed);

        Assert.That(Session.Parse(session.ToString()).ToString(), Is.EqualTo(session.ToString()));
        Assert.That(Session.Parse(session.ToString()), Is.EqualTo(session));
    }

    [TestCase("open passive mss=1460 iss=1", "open passive mss=1460 iss=1")]
    [TestCase("  segment FA seq=edge-1 ack=all len=5  ", "segment FA seq=edge-1 ack=all len=5")]
    [TestCase("# a word\n\nwait time ms=5", "wait time ms=5")]
    [TestCase("segment - seq=zero+7 ack=irs-1 opt=", "segment - seq=zero+7 ack=irs-1 opt=")]
    public void Text_ByHand_IsRead(string text, string printed) =>
        Assert.That(Session.Parse(text).ToString(), Is.EqualTo(printed));

    [TestCase("sing")]
    [TestCase("open")]
    [TestCase("open sideways")]
    [TestCase("open passive mss=70000")]
    [TestCase("segment XA seq=next ack=all")]
    [TestCase("segment A seq=north ack=all")]
    [TestCase("segment A seq=next+x ack=all")]
    [TestCase("segment A seq=next ack=all len=-1")]
    [TestCase("segment A seq=next ack=all opt=mss")]
    [TestCase("again")]
    [TestCase("wait time ms=5 more")]
    [TestCase("call sing")]
    public void Text_ThatIsNone_IsRefused(string text)
    {
        bool read = Session.TryParse("wait time ms=1\n" + text, out _, out string? error);

        Assert.That(read, Is.False);
        Assert.That(error, Does.Contain("line 2").And.Contain(text));
    }
}
