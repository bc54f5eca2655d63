using System.Text.RegularExpressions;
using NUnit.Framework;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Tests.Spec;

public sealed class CatalogueTests
{
    private const string Header = "rfc: rfc1\nrequirements:\n";
    private const string Entry =
        "  - { id: rfc1/MUST-1, section: \"1\", level: must, text: \"One.\" }\n";

    private string _directory = "";

    private static RequirementCatalogue Catalogue => RequirementCatalogue.Embedded;

    [SetUp]
    public void MakeDirectory() =>
        _directory = Directory.CreateTempSubdirectory("tcpconf-catalogue-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    // RFC 9293 Appendix B.
    [TestCase("MUST", 69, RequirementLevel.Must)]
    [TestCase("SHLD", 31, RequirementLevel.Should)]
    [TestCase("MAY", 18, RequirementLevel.May)]
    [TestCase("REC", 1, RequirementLevel.Rec)]
    public void Rfc9293_Numbered_AllThereWithTheirLevel(
        string kind, int count, RequirementLevel level)
    {
        string[] ids = [.. Enumerable.Range(1, count).Select(n => $"rfc9293/{kind}-{n}")];
        string prefix = $"rfc9293/{kind}-";
        Requirement[] found =
            [.. Catalogue.All.Where(r => r.Id.StartsWith(prefix, StringComparison.Ordinal))];

        Assert.That(found.Select(r => r.Id), Is.EquivalentTo(ids));
        Assert.That(found.Select(r => r.Level), Is.All.EqualTo(level));
    }

    [TestCase("rfc5961")]
    [TestCase("rfc7323")]
    [TestCase("rfc5681")]
    [TestCase("rfc6298")]
    [TestCase("rfc2018")]
    public void Rfc_Embedded_HasRequirements(string rfc) =>
        Assert.That(Catalogue.All.Count(r => r.Rfc == rfc), Is.GreaterThan(15));

    [Test]
    public void Ids_All_AreUnique() =>
        Assert.That(Catalogue.All.Select(r => r.Id), Is.Unique);

    [Test]
    public void Sections_All_HaveTheFormOfASection()
    {
        var form = new Regex(@"^\d+(\.\d+)*$");

        Assert.That(Catalogue.All.Where(r => !form.IsMatch(r.Section)).Select(r => r.Id), Is.Empty);
    }

    [Test]
    public void Ids_WithoutANumberOfTheRfc_AreSectionAndRunningCounter()
    {
        var counters = new Dictionary<string, int>();
        foreach (Requirement requirement in Catalogue.All)
        {
            string rest = requirement.Id[(requirement.Rfc.Length + 1)..];
            if (char.IsDigit(rest[0]))
            {
                string key = $"{requirement.Rfc}/{requirement.Section}";
                counters[key] = counters.GetValueOrDefault(key) + 1;
                Assert.That(requirement.Id, Is.EqualTo($"{key}/{counters[key]}"));
            }
        }

        Assert.That(counters, Is.Not.Empty);
    }

    [Test]
    public void Texts_All_AreOneSentenceOfItsOwn()
    {
        Assert.That(Catalogue.All.Select(r => r.Text), Is.All.EndsWith("."));
        Assert.That(Catalogue.All.Select(r => r.Text), Is.All.Not.Contains("\n"));
    }

    [Test]
    public void Exceptions_All_NameAMustOrShouldAndAReason()
    {
        Assert.That(Catalogue.Exceptions, Is.Not.Empty);
        foreach (RequirementException exception in Catalogue.Exceptions)
        {
            Requirement? requirement = Catalogue.Find(exception.Id);
            Assert.That(requirement, Is.Not.Null, exception.Id);
            Assert.That(
                requirement!.Level,
                Is.AnyOf(RequirementLevel.Must, RequirementLevel.Should),
                exception.Id);
            Assert.That(exception.Reason, Has.Length.GreaterThan(20), exception.Id);
            Assert.That(Catalogue.FindException(exception.Id), Is.SameAs(exception));
        }
    }

    [Test]
    public void Find_UnknownId_IsNull()
    {
        Assert.That(Catalogue.Find("rfc9293/MUST-70"), Is.Null);
        Assert.That(Catalogue.FindException("rfc9293/MUST-1"), Is.Null);
    }

    [Test]
    public void Load_GoodFiles_HasEntriesAndExceptions()
    {
        Write("requirements/rfc1.yaml", Header + Entry);
        Write("exceptions.yaml", "exceptions:\n  - { id: rfc1/MUST-1, reason: \"Because.\" }\n");

        RequirementCatalogue loaded = RequirementCatalogue.Load(_directory);

        var expected = new Requirement("rfc1/MUST-1", "rfc1", "1", RequirementLevel.Must, "One.");
        Assert.That(loaded.All, Is.EqualTo(new[] { expected }));
        Assert.That(loaded.FindException("rfc1/MUST-1")?.Reason, Is.EqualTo("Because."));
    }

    [TestCase(Header + Entry + Entry, "duplicate id rfc1/MUST-1")]
    [TestCase(Header + "  - {", "rfc1.yaml:4: bad YAML")]
    [TestCase("- 1", "rfc1.yaml:1: one YAML mapping expected")]
    [TestCase("rfc: rfc1\n", "a list 'requirements' expected")]
    [TestCase(Header + "  - { id: rfc2/MUST-1 }", "rfc1.yaml:3: id 'rfc2/MUST-1' is not")]
    [TestCase(Header + "  - { id: rfc1/MUST-1, level: sometimes }", "level 'sometimes' is none of")]
    [TestCase(Header + "  - { id: rfc1/MUST-1, level: may, section: \"1\" }", "'text' is missing")]
    public void Load_BadFile_SaysFileAndReasonInOneLine(string yaml, string message)
    {
        Write("requirements/rfc1.yaml", yaml);

        Assert.That(
            () => RequirementCatalogue.Load(_directory),
            Throws.TypeOf<CatalogueException>()
                .With.Message.Contains("rfc1.yaml")
                .And.Message.Contains(message)
                .And.Message.Not.Contains("\n"));
    }

    [Test]
    public void Load_ExceptionForUnknownRequirement_IsRefused()
    {
        Write("requirements/rfc1.yaml", Header + Entry);
        Write("exceptions.yaml", "exceptions:\n  - { id: rfc1/MUST-2, reason: \"Because.\" }\n");

        Assert.That(
            () => RequirementCatalogue.Load(_directory),
            Throws.TypeOf<CatalogueException>()
                .With.Message.Contains("no such requirement: rfc1/MUST-2"));
    }

    [Test]
    public void Load_NoDirectory_IsRefused() =>
        Assert.That(
            () => RequirementCatalogue.Load(Path.Combine(_directory, "absent")),
            Throws.TypeOf<CatalogueException>().With.Message.Contains("no such directory"));

    private void Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
