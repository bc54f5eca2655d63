using System.Xml.Linq;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Reports;

namespace TcpConformance.Tests.Reports;

public sealed class LadderTests
{
    [Test]
    public void ToText_SmallTrace_IsExactlyThis()
    {
        const string Expected = """
                time, s  tester                                      IUT
               0.000000  | preamble: ESTABLISHED by passive open       |
               0.000000  |-- SYN seq=0 win=65535 <mss 1460> ---------->|
               0.000120  |   SYN,ACK seq=0 ack=1 win=64240 <mss        |
                         |<- 1460> ------------------------------------|
               0.000180  |-- ACK seq=1 ack=1 win=65535 --------------->|
               0.000400  |                          call receive(4096) |
               0.100000  |-- RST seq=65536 --------------------------->|
               0.100150  |<- RST,ACK seq=1 ack=1 win=0 ----------------|
               0.100150  |            result receive: connection reset |
               0.100150  | !! rfc9293/MUST-12: came                    |
                         | !! <script>alert(1)</script> & �            |
                         | !! "quoted"                                 |

            """;

        string text = LadderDiagram.ToText(SampleRun.Trace(), width: 60);

        string expected = Expected.ReplaceLineEndings("\n");
        Assert.That(text, Is.EqualTo(expected));
    }

    [Test]
    public void ToText_LongSegment_KeepsToTheWidthAndLosesNothing()
    {
        string words = string.Join(' ', Enumerable.Range(1000, 60));
        TraceEntry[] trace = [new(TimeSpan.Zero, TraceKind.SegmentFromIut, null, words)];

        string[] lines = LadderDiagram.ToText(trace, width: 72).Split('\n')[1..^1];

        Assert.That(lines.Select(l => l.Length), Is.All.EqualTo(72));
        Assert.That(lines.Count(l => l.Contains('<')), Is.EqualTo(1));
        foreach (string word in words.Split(' '))
        {
            Assert.That(lines.Count(l => l.Contains(word)), Is.EqualTo(1), word);
        }
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(500)]
    [TestCase(999)]
    public void ToText_LongTrace_KeepsTheViolationAndSaysWhatIsMissing(int violation)
    {
        var trace = Enumerable.Range(0, 1000)
            .Select(n => new TraceEntry(
                TimeSpan.FromMilliseconds(n),
                n == violation ? TraceKind.Violation : TraceKind.SegmentToIut,
                null,
                $"number {n}."))
            .ToList();

        string text = LadderDiagram.ToText(trace, entries: 40);

        Assert.That(text, Does.Contain("number 0."));
        Assert.That(text, Does.Contain($"number {(violation < 0 ? 999 : violation)}."));
        Assert.That(Lines(text, "number "), Is.EqualTo(40));
        Assert.That(text, Does.Contain("entries left out"));
    }

    [Test]
    public void Svg_SmallTrace_IsWellFormedAndHasAnArrowPerSegment()
    {
        XElement svg = XElement.Parse(LadderSvg.Of(SampleRun.Trace()));
        XNamespace ns = svg.Name.Namespace;

        Assert.That(svg.Elements(ns + "path").Count(), Is.EqualTo(5));
        Assert.That(svg.Elements(ns + "rect").Count(), Is.EqualTo(1));
        Assert.That(svg.Elements(ns + "script"), Is.Empty);
        Assert.That(
            svg.Elements(ns + "text").Select(t => t.Value),
            Has.Some.Contains("<script>alert(1)</script>"));
    }

    private static int Lines(string text, string part) =>
        text.Split('\n').Count(line => line.Contains(part));
}
