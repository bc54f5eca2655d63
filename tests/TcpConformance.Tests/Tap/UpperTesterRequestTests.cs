using NUnit.Framework;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Tests.Tap;

[TestFixture]
public sealed class UpperTesterRequestTests
{
    [TestCase("", RequestDefect.NoId, 0)]
    [TestCase("ping", RequestDefect.NoId, 0)]
    [TestCase("-1 ping", RequestDefect.NoId, 0)]
    [TestCase("0 ping", RequestDefect.NoId, 0)]
    [TestCase("+1 ping", RequestDefect.NoId, 0)]
    [TestCase("99999999999999999999 ping", RequestDefect.NoId, 0)]
    [TestCase(" 1 ping", RequestDefect.NoId, 0)]
    [TestCase("1", RequestDefect.UnknownVerb, 1)]
    [TestCase("1 ", RequestDefect.UnknownVerb, 1)]
    [TestCase("1 PING", RequestDefect.UnknownVerb, 1)]
    [TestCase("7 fly 1 2", RequestDefect.UnknownVerb, 7)]
    [TestCase("8 ping 1", RequestDefect.WrongCount, 8)]
    [TestCase("8 recv 1", RequestDefect.WrongCount, 8)]
    [TestCase("8 recv 1 ", RequestDefect.WrongCount, 8)]
    [TestCase("8 recv  1", RequestDefect.WrongCount, 8)]
    [TestCase("8 listen ::1 80", RequestDefect.WrongCount, 8)]
    public void Read_Malformed_NamesTheRule(string line, RequestDefect defect, long id)
    {
        Assert.That(
            UpperTesterRequest.Read(line, out UpperTesterRequest? request, out long read),
            Is.EqualTo(defect));
        Assert.That(request, Is.Null);
        Assert.That(read, Is.EqualTo(id));
    }

    [Test]
    public void Read_TooLong_KeepsTheId()
    {
        string line = "5 send 1 hex " + new string('0', UpperTesterRequest.LongestLine);
        Assert.That(
            UpperTesterRequest.Read(line, out _, out long id), Is.EqualTo(RequestDefect.TooLong));
        Assert.That(id, Is.EqualTo(5));
    }

    [TestCase("1 ping", UpperTesterVerb.Ping, 0)]
    [TestCase("12 listen 10.0.0.1 80 5 rcvbuf=4096", UpperTesterVerb.Listen, 4)]
    [TestCase("13 recv-pattern 1 2 3 4", UpperTesterVerb.RecvPattern, 4)]
    [TestCase("14 send 1 pattern 2 3 4", UpperTesterVerb.Send, 5)]
    public void Read_WellFormed_IsRead(string line, UpperTesterVerb verb, int arguments)
    {
        Assert.That(
            UpperTesterRequest.Read(line, out UpperTesterRequest? request, out long id),
            Is.EqualTo(RequestDefect.None));
        Assert.That(request!.Id, Is.EqualTo(id));
        Assert.That(request.Verb, Is.EqualTo(verb));
        Assert.That(request.Arguments, Has.Count.EqualTo(arguments));
    }

    [FsCheck.NUnit.Property]
    public bool Read_AnyText_IsRequestOrDefect(string? text)
    {
        RequestDefect defect = UpperTesterRequest.Read(
            text ?? "", out UpperTesterRequest? request, out _);
        return (defect == RequestDefect.None) == (request is not null);
    }

    [Test]
    public void Reply_Lines_AreRead()
    {
        UpperTesterReply? error = UpperTesterReply.Read("7 err ECONNRESET 12");
        Assert.That(error!.Error, Is.EqualTo("ECONNRESET"));
        Assert.That(error.Values, Is.EqualTo((string[])["12"]));
        UpperTesterReply? fine = UpperTesterReply.Read("8 ok 3 10.77.0.2 4");
        Assert.That(fine!.Error, Is.Null);
        Assert.That(fine.Id, Is.EqualTo(8));
        Assert.That(fine.Values, Is.EqualTo((string[])["3", "10.77.0.2", "4"]));
    }

    [TestCase("")]
    [TestCase("ok")]
    [TestCase("7")]
    [TestCase("7 fine")]
    [TestCase("7 err")]
    [TestCase("x ok")]
    public void Reply_Malformed_IsNone(string line) =>
        Assert.That(UpperTesterReply.Read(line), Is.Null);
}
