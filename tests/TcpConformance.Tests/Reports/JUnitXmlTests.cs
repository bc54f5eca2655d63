using System.Xml.Linq;
using NUnit.Framework;
using TcpConformance.Reports;

namespace TcpConformance.Tests.Reports;

public sealed class JUnitXmlTests
{
    private static XElement Root =>
        XDocument.Parse(JUnitXml.Write(SampleRun.Small())).Root!;

    [Test]
    public void Write_Counts_AreThoseOfTheCases()
    {
        XElement suite = Root.Element("testsuite")!;

        foreach (XElement element in new[] { Root, suite })
        {
            Assert.That((int)element.Attribute("tests")!, Is.EqualTo(5));
            Assert.That((int)element.Attribute("failures")!, Is.EqualTo(1));
            Assert.That((int)element.Attribute("errors")!, Is.EqualTo(1));
            Assert.That((int)element.Attribute("skipped")!, Is.EqualTo(2));
        }

        Assert.That(suite.Elements("testcase").Count(), Is.EqualTo(5));
        Assert.That(suite.Descendants("failure").Count(), Is.EqualTo(1));
        Assert.That(suite.Descendants("error").Count(), Is.EqualTo(1));
        Assert.That(suite.Descendants("skipped").Count(), Is.EqualTo(2));
    }

    [Test]
    public void Write_FailedCase_HasMessageRequirementsAndReplay()
    {
        XElement failed = Root.Descendants("testcase")
            .Single(t => (string)t.Attribute("name")! == SampleRun.FailingCase);
        XElement failure = failed.Element("failure")!;

        // U+0001 does not exist in XML 1.0.
        string message = SampleRun.Nasty.Replace('\u0001', '\ufffd');
        Assert.That((string)failure.Attribute("message")!, Is.EqualTo(message));
        Assert.That(failure.Value, Does.Contain("rfc9293/MUST-12"));
        Assert.That(failure.Value, Does.Contain("./tcpconf test linux --select"));
        Assert.That(
            (string)failed.Attribute("classname")!,
            Is.EqualTo("linux.rfc9293.3.10.7.4.established"));
    }

    [Test]
    public void Write_KnownDeviation_IsSkippedWithItsReason()
    {
        XElement known = Root.Descendants("testcase")
            .Single(t => (string)t.Attribute("name")! == "rfc9293/3.8.3/syn-r2");

        Assert.That(
            (string)known.Element("skipped")!.Attribute("message")!,
            Is.EqualTo("known deviation: tcp_syn_retries is 6 by default"));
    }

    [Test]
    public void Write_ManyIuts_HasASuiteForEach()
    {
        XElement root = XDocument.Parse(JUnitXml.Write(SampleRun.Large(3, 10, 30))).Root!;

        Assert.That(
            root.Elements("testsuite").Select(s => (string)s.Attribute("name")!),
            Is.EqualTo(new[] { "reference", "linux", "lwip" }));
        Assert.That((int)root.Attribute("tests")!, Is.EqualTo(90));
    }
}
