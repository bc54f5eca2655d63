using System.Text;
using System.Xml;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.Reports;

/// <summary><c>junit.xml</c> for CI systems: a suite for each IUT.</summary>
public static class JUnitXml
{
    /// <summary>
    /// The XML text. A failed case is a failure and a harness defect an error; an inconclusive
    /// case and a known deviation are skipped, with the reason.
    /// </summary>
    /// <param name="run">The result.</param>
    public static string Write(RunResult run)
    {
        var text = new Utf8Writer();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "tcpconf");
            WriteCounts(xml, [.. run.Iuts.SelectMany(i => i.Cases)]);
            WriteSeconds(xml, run.Seconds);
            foreach (IutResult iut in run.Iuts)
            {
                WriteSuite(xml, run, iut);
            }

            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void WriteSuite(XmlWriter xml, RunResult run, IutResult iut)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", iut.Name);
        WriteCounts(xml, iut.Cases);
        xml.WriteAttributeString("timestamp", run.Started.ToString("yyyy-MM-ddTHH:mm:ssK"));
        WriteSeconds(xml, iut.Cases.Sum(c => c.Seconds));
        xml.WriteStartElement("properties");
        WriteProperty(xml, "seed", run.Seed.ToString());
        WriteProperty(xml, "iut.version", iut.Version ?? "unknown");
        WriteProperty(xml, "tool.version", run.Tool.Version);
        xml.WriteEndElement();
        foreach (CaseResult result in iut.Cases)
        {
            WriteCase(xml, iut, result);
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, IutResult iut, CaseResult result)
    {
        int slash = result.Id.LastIndexOf('/');
        string group = slash < 0 ? "" : "." + result.Id[..slash].Replace('/', '.');
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", result.Id);
        xml.WriteAttributeString("classname", iut.Name + group);
        WriteSeconds(xml, result.Seconds);
        switch (Kind(result))
        {
            case Outcome.Failure:
                WriteOutcome(xml, "failure", result, result.Message ?? "failed");
                break;
            case Outcome.Error:
                WriteOutcome(xml, "error", result, result.Message ?? "error of the harness");
                break;
            case Outcome.Skipped when result.KnownDeviation is { } reason:
                WriteOutcome(xml, "skipped", result, $"known deviation: {reason}");
                break;
            case Outcome.Skipped:
                WriteOutcome(xml, "skipped", result, $"inconclusive: {result.Message}");
                break;
            case Outcome.Passed:
                break;
        }

        xml.WriteEndElement();
    }

    private static void WriteOutcome(XmlWriter xml, string element, CaseResult result, string why)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("message", TextWrap.Printable(why));
        if (element != "skipped")
        {
            xml.WriteAttributeString("type", result.Verdict.ToString());
            var body = new StringBuilder(TextWrap.Printable(why)).Append('\n');
            body.Append("requirements: ").AppendJoin(' ', result.Requirements).Append('\n');
            if (result.Replay is { } replay)
            {
                body.Append("replay: ").Append(TextWrap.Printable(replay)).Append('\n');
            }

            xml.WriteString(body.ToString());
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<CaseResult> cases)
    {
        int Count(Outcome outcome) => cases.Count(c => Kind(c) == outcome);
        xml.WriteAttributeString("tests", cases.Count.ToString());
        xml.WriteAttributeString("failures", Count(Outcome.Failure).ToString());
        xml.WriteAttributeString("errors", Count(Outcome.Error).ToString());
        xml.WriteAttributeString("skipped", Count(Outcome.Skipped).ToString());
    }

    private static void WriteSeconds(XmlWriter xml, double seconds) =>
        xml.WriteAttributeString("time", seconds.ToString("0.000"));

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", TextWrap.Printable(value));
        xml.WriteEndElement();
    }

    private static Outcome Kind(CaseResult result) => result.Verdict switch
    {
        Verdict.Pass => Outcome.Passed,
        Verdict.Error or Verdict.None => Outcome.Error,
        Verdict.Fail when result.KnownDeviation is null => Outcome.Failure,
        Verdict.Fail or Verdict.Inconclusive => Outcome.Skipped,
    };

    private enum Outcome
    {
        Passed,
        Failure,
        Error,
        Skipped,
    }

    // A StringWriter would declare UTF-16 in the prologue, and the file is UTF-8.
    private sealed class Utf8Writer : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
