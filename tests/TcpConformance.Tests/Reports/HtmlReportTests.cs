using System.Xml.Linq;
using NUnit.Framework;
using TcpConformance.Harness.Results;
using TcpConformance.Reports;
using TcpConformance.Reports.Html;

namespace TcpConformance.Tests.Reports;

public sealed class HtmlReportTests
{
    [Test]
    public async Task Write_SmallRun_ShowsCasesRequirementsAndReplay()
    {
        string html = await Write(SampleRun.Small());

        Assert.That(html, Does.StartWith("<!DOCTYPE html>"));
        Assert.That(html, Does.Contain(SampleRun.FailingCase));
        Assert.That(html, Does.Contain("id=\"rfc9293/MUST-12\""));
        Assert.That(html, Does.Contain("./tcpconf test linux --select"));
        Assert.That(html, Does.Contain("tcp_syn_retries is 6 by default"));
        Assert.That(html, Does.Contain("href=\"./linux/rst-right-edge.pcapng\""));
        Assert.That(html, Does.Contain("class=\"ladder\""));
    }

    [Test]
    public async Task Write_MessageWithMarkup_IsEncodedEverywhere()
    {
        string html = await Write(SampleRun.Small());

        Assert.That(html, Does.Not.Contain("<script>alert"));
        Assert.That(html, Does.Contain("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    [Test]
    public async Task Write_Page_LoadsNothingFromElsewhere()
    {
        string html = await Write(SampleRun.Large(3, 50, 300));

        Assert.That(html, Does.Not.Contain(" src="));
        Assert.That(html, Does.Not.Contain("<link"));
        Assert.That(html, Does.Not.Contain("@import"));
        Assert.That(html, Does.Not.Contain("url("));
    }

    [Test]
    public async Task Write_Body_IsWellFormed()
    {
        XElement main = Body(await Write(SampleRun.Large(2, 30, 200)));

        Assert.That(main.Descendants("tr").Count(), Is.GreaterThan(30));
        Assert.That(
            main.Descendants().Attributes("id").Select(a => a.Value),
            Is.Unique);
    }

    [Test]
    public async Task Write_Links_PointToWhatIsOnThePage()
    {
        XElement main = Body(await Write(SampleRun.Large(3, 40, 400)));
        HashSet<string> ids = [.. main.Descendants().Attributes("id").Select(a => "#" + a.Value)];
        string[] targets = [.. main.Descendants().Attributes("href")
            .Select(a => a.Value).Where(v => v.StartsWith('#'))];

        Assert.That(targets, Is.Not.Empty);
        Assert.That(targets.Where(t => !ids.Contains(t)), Is.Empty);
    }

    [Test]
    public async Task Write_RestartsAndUnsteadyCases_StandOnTheCard()
    {
        RunResult run = SampleRun.Small();
        IutResult iut = run.Iuts[0] with { Restarts = ["it died"], Unsteady = ["late: no ACK"] };

        string html = await Write(run with { Iuts = [iut] });

        Assert.That(html, Does.Contain("Started again: it died"));
        Assert.That(html, Does.Contain("passed among few: late: no ACK"));
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    public async Task Write_MoreCasesThanThePageTakes_SaysThatOnlyTheFirstAreShown(
        int more, bool says)
    {
        RunResult run = SampleRun.Small();
        CaseResult failed = run.Iuts[0].Cases.Single(c => c.Id == SampleRun.FailingCase);
        IutResult iut = run.Iuts[0] with
        {
            Cases = [.. Enumerable.Range(0, ReportModel.MostCases + more).Select(
                n => failed with { Id = $"{failed.Id}/{n}" })],
        };

        string html = await HtmlReport.WriteAsync(
            run with { Iuts = [iut] }, SampleRun.Catalogue, (_, _) => null);

        Assert.That(html.Contains("Only the first 1000 are shown"), Is.EqualTo(says));
        Assert.That(html, Does.Contain($"data-cases=\"{ReportModel.MostCases + more}\""));
    }

    private static Task<string> Write(RunResult run) =>
        HtmlReport.WriteAsync(run, SampleRun.Catalogue, (_, _) => SampleRun.Trace());

    // The part with the data, read as XML once two liberties of HTML are taken back: an element
    // without an end tag, and an attribute without a value.
    private static XElement Body(string html)
    {
        int from = html.IndexOf("<main>", StringComparison.Ordinal);
        int to = html.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length;
        string main = html[from..to];
        int input = main.IndexOf("<input", StringComparison.Ordinal);
        int end = main.IndexOf('>', input);
        string slash = main[end - 1] == '/' ? "" : "/";
        string xml = main[..end] + slash + main[end..];
        return XElement.Parse(xml.Replace("<option value>", "<option>", StringComparison.Ordinal));
    }
}
