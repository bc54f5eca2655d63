using System.Globalization;
using System.Xml.Linq;

namespace TcpConformance.Reports;

/// <summary>Coverage in the form that CI servers read.</summary>
public static class CoberturaXml
{
    /// <summary>The document.</summary>
    /// <param name="model">What was reached.</param>
    /// <param name="sources">Where the files' paths begin.</param>
    public static XDocument Write(CoverageModel model, string sources) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            "coverage",
            Rate(model.Covered, model.Lines),
            new XAttribute("branch-rate", "0"),
            new XAttribute("lines-covered", model.Covered),
            new XAttribute("lines-valid", model.Lines),
            new XAttribute("branches-covered", 0),
            new XAttribute("branches-valid", 0),
            new XAttribute("complexity", 0),
            new XAttribute("version", "1.9"),
            new XAttribute("timestamp", 0),
            new XElement("sources", new XElement("source", sources)),
            new XElement(
                "packages", model.Files.GroupBy(f => f.Assembly).Select(Package))));

    private static XElement Package(IGrouping<string, CoverageFile> files) => new(
        "package",
        new XAttribute("name", files.Key),
        Rate(files.Sum(f => f.Covered), files.Sum(f => f.Lines.Count)),
        new XAttribute("branch-rate", "0"),
        new XAttribute("complexity", 0),
        new XElement("classes", files.Select(Class)));

    private static XElement Class(CoverageFile file) => new(
        "class",
        new XAttribute("name", Path.GetFileNameWithoutExtension(file.Path)),
        new XAttribute("filename", file.Path),
        Rate(file.Covered, file.Lines.Count),
        new XAttribute("branch-rate", "0"),
        new XAttribute("complexity", 0),
        new XElement("methods"),
        new XElement("lines", file.Lines.Select(l => new XElement(
            "line",
            new XAttribute("number", l.Number),
            new XAttribute("hits", l.Hits),
            new XAttribute("branch", "false")))));

    private static XAttribute Rate(int covered, int lines) => new(
        "line-rate",
        (lines == 0 ? 1 : (double)covered / lines).ToString(
            "0.####", CultureInfo.InvariantCulture));
}
