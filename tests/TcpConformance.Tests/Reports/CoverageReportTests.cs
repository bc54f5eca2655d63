using System.Xml.Linq;
using NUnit.Framework;
using TcpConformance.Reports;
using TcpConformance.Reports.Terminal;
using TcpConformance.Spec.States;

namespace TcpConformance.Tests.Reports;

public sealed class CoverageReportTests
{
    private static readonly CoverageModel Model = new(
        "sample", 7,
        [
            new CoverageFile("A", "src/A/One.cs", [new(1, 3), new(2, 0)])
            {
                Text = ["if (a < b)", "  x();"],
            },
            new CoverageFile("B", "src/B/Two.cs", [new(5, 1)]),
        ])
    {
        States = Enum.GetValues<TcpState>().ToDictionary(s => s, s => (long)s),
        Steps = new Dictionary<(TcpState, TcpState), long>
        {
            [(TcpState.Closed, TcpState.Listen)] = 4,
        },
    };

    [Test]
    public void Cobertura_HasLinesByFileAndAssembly()
    {
        XElement root = CoberturaXml.Write(Model, ".").Root!;
        Assert.That((string)root.Attribute("line-rate")!, Is.EqualTo("0.6667"));
        Assert.That(
            root.Descendants("package").Select(p => (string)p.Attribute("name")!),
            Is.EqualTo(new[] { "A", "B" }));
        Assert.That(
            root.Descendants("line").Select(l => (string)l.Attribute("hits")!),
            Is.EqualTo(new[] { "3", "0", "1" }));
    }

    [Test]
    public async Task Page_ShowsSource_Encoded_AndTransitions()
    {
        string page = await HtmlReport.WriteAsync(Model);
        Assert.That(page, Does.Contain("if (a &lt; b)").And.Contain("66.7 %"));
        Assert.That(page, Does.Contain("10 of 11 states"));
        Assert.That(page, Does.Match("class=\"yes\" title=\"PassiveOpen\">4</td>"));
        Assert.That(page, Does.Not.Contain("http://").And.Not.Contain("https://"));
    }

    [Test]
    public void Display_OnAPipe_IsALineNowAndThen()
    {
        using var text = new StringWriter();
        FuzzDisplay.Run(
            ReportConsole.Create(text, isTerminal: false, colour: true), true, "sample",
            display =>
            {
                foreach (int second in new[] { 1, 5, 6, 9, 10, 15, 20 })
                {
                    display.Show(new FuzzStatus(
                        TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(60 - second))
                    {
                        RunsPerSecond = 1000,
                    });
                }
                display.Found("a-1", "a: wrong");
                return 0;
            });
        string[] lines = text.ToString().TrimEnd().Split('\n');
        Assert.That(lines.Select(l => l.Split(' ')[1]), Is.EqualTo(
            new[] { "0:05", "0:10", "0:20", "a-1:" }));
        Assert.That(lines[0], Does.Contain("0:55 left").And.Contain("1000 a second"));
    }

    [TestCase(80)]
    [TestCase(200)]
    public void Display_OnATerminal_FitsItsWidth(int width)
    {
        using var text = new StringWriter();
        FuzzDisplay.Run(
            ReportConsole.Create(text, isTerminal: true, colour: false, width), true, "sample",
            display =>
            {
                display.Show(new FuzzStatus(TimeSpan.FromDays(2), TimeSpan.FromDays(5))
                {
                    Runs = 123_456_789_012,
                    RunsPerSecond = 1_234_567,
                    Corpus = 12_345,
                    Coverage = 12_345,
                    Blocks = 23_456,
                    Findings = 1234,
                    Hits = 1_234_567_890,
                    Restarts = 12_345,
                });
                return 0;
            });
        string[] lines = text.ToString().Split('\n');
        Assert.That(lines.First(l => l.Contains("120:00:00")), Does.Contain("1,234,567"));
        Assert.That(
            lines.Where(l => l.Contains('│')).Select(l => l[l.IndexOf('│')..].TrimEnd().Length),
            Is.All.AtMost(width));
    }
}
