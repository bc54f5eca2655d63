using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace TcpConformance.Tests;

// The rules of the house, checked against the files of the repository.
public sealed partial class TidyTests
{
    private const int LongestFile = 500; // lines, exclusive
    private const int LongestMethod = 70;
    private const int LongestLine = 100; // columns, inclusive

    // Which project may reference which: a row for each, the arrows of the layers.
    private static readonly Dictionary<string, string[]> Layers = new()
    {
        ["Wire"] = [],
        ["Weaver"] = [],
        ["Spec"] = ["Wire"],
        ["Engine"] = ["Wire"],
        ["Tap"] = ["Wire"],
        ["Harness"] = ["Wire", "Spec", "Engine", "Tap"],
        ["Suite"] = ["Wire", "Spec", "Harness"],
        ["Fuzz"] = ["Wire", "Weaver", "Spec", "Engine", "Tap", "Harness"],
        ["Differential"] = ["Wire", "Spec", "Harness"],
        ["Reports"] = ["Wire", "Spec", "Harness"],
        ["Mutants"] = ["Wire", "Spec", "Engine", "Harness"],
        ["Cli"] = Everything,
        ["Tests"] = [.. Everything, "Cli"],
        ["LiveTests"] = [.. Everything, "Cli"],
        ["Benchmarks"] = [.. Everything, "Cli"],
    };

    private static string[] Everything =>
    [
        "Wire", "Weaver", "Spec", "Engine", "Tap", "Harness", "Suite", "Mutants", "Fuzz",
        "Differential", "Reports",
    ];

    private static readonly string Root = SourceTree.FindRoot();
    private static readonly List<SourceFile> Sources = SourceTree.Read(Root);

    [Test]
    public void Sources_AreFound() => Assert.That(
        Sources.Select(s => s.Path),
        Has.Member("src/TcpConformance.Wire/SeqNumber.cs")
            .And.Member("tests/TcpConformance.Tests/TidyTests.cs"));

    [Test]
    public void Files_AreShort() => AssertNone(
        Sources.Where(s => s.Lines.Length >= LongestFile)
            .Select(s => $"{s.Path}: {s.Lines.Length} lines"),
        $"files with {LongestFile} lines or more");

    [Test]
    public void Lines_AreNarrow() => AssertNone(
        from s in Sources
        from line in Enumerable.Range(0, s.Lines.Length)
        where s.Lines[line].Length > LongestLine
        select $"{s.Path}:{line + 1}: {s.Lines[line].Length} columns",
        $"lines beyond {LongestLine} columns");

    [Test]
    public void Methods_AreShort() => AssertNone(
        from s in Sources
        from m in MethodScanner.Methods(s.Code)
        where m.Lines >= LongestMethod
        select $"{s.Path}:{m.FirstLine}: {m.Lines} lines: {m.Head}",
        $"methods with {LongestMethod} lines or more");

    [Test]
    public void Names_SayWhatTheThingIs() => AssertNone(
        from s in Sources
        where VagueName().IsMatch(Path.GetFileName(s.Path)) || VagueType().IsMatch(s.Code)
        select s.Path,
        "files or types named Common, Utils or Helper");

    [Test]
    public void SpecAndEngine_DoNotKnowEachOther() => AssertNone(
        Sources.Where(s => (s.IsIn("Spec") && s.Code.Contains("TcpConformance.Engine"))
            || (s.IsIn("Engine") && s.Code.Contains("TcpConformance.Spec")))
            .Select(s => s.Path),
        "files of Spec that name Engine, or of Engine that name Spec");

    [Test]
    public void Projects_ReferenceOnlyTheirLayers()
    {
        List<string> offenders = [];
        foreach (string path in SourceTree.Projects(Root))
        {
            string name = SourceTree.ProjectName(path);
            if (!Layers.TryGetValue(name, out string[]? allowed))
            {
                offenders.Add($"{path}: not in the table of layers");
                continue;
            }
            offenders.AddRange(XDocument.Load(Path.Combine(Root, path))
                .Descendants("ProjectReference")
                .Select(r => SourceTree.ProjectName((string)r.Attribute("Include")!))
                .Where(r => !allowed.Contains(r)).Select(r => $"{path} references {r}"));
        }
        AssertNone(offenders, "references against the layers");
    }

    [Test]
    public void Projects_AreAllInTheSolution()
    {
        string solution = File.ReadAllText(Path.Combine(Root, "TcpConformance.sln"))
            .Replace('\\', '/');
        string[] projects = [.. SourceTree.Projects(Root)];
        Assert.That(projects, Has.Length.AtLeast(10));
        AssertNone(projects.Where(p => !solution.Contains($"\"{p}\"")), "projects not in the sln");
        string[] folders = [.. projects.Select(p => Path.GetDirectoryName(p)! + "/")];
        AssertNone(
            Sources.Where(s => !folders.Any(f => s.Path.StartsWith(f, StringComparison.Ordinal)))
                .Select(s => s.Path),
            "C# files under no project");
    }

    [Test]
    public void TestsAndSpecs_DoNotSleep() => AssertNone(
        Offences(s => s.Path.StartsWith("tests/", StringComparison.Ordinal)
            || s.Path.StartsWith("specs/", StringComparison.Ordinal), Sleep()),
        "sleeps; wait for the event itself, or for virtual time");

    [Test]
    public void SpecAndEngine_AreNotAsync() => AssertNone(
        Offences(s => s.IsIn("Spec") || s.IsIn("Engine"), Async()),
        "async code in Spec or Engine, which are functions of their input");

    [Test]
    public void Spec_And_Engine_ReadNoClock() => AssertNone(
        Offences(s => s.IsIn("Spec") || s.IsIn("Engine"), Clock()),
        "clocks or chance in Spec or Engine: time and randomness are passed in");

    [Test]
    public void Work_IsFinished() => AssertNone(
        from s in Sources
        from line in Enumerable.Range(0, s.Lines.Length)
        where Unfinished().IsMatch(s.Lines[line])
        select $"{s.Path}:{line + 1}: {s.Lines[line].Trim()}",
        "reminders of unfinished work");

    [Test]
    public void Paths_AreNotThoseOfOneMachine() => AssertNone(
        from path in SourceTree.TextFiles(Root)
        from line in File.ReadLines(Path.Combine(Root, path)).Index()
        where MachinePath().IsMatch(line.Item)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}",
        "absolute paths of one machine");

    // As far as text shows it: wrapping arithmetic on what is called a sequence number.
    [Test]
    public void SequenceArithmetic_StandsInSeqNumber() => AssertNone(
        Offences(s => !s.Path.EndsWith("/SeqNumber.cs", StringComparison.Ordinal)
            && !s.Path.StartsWith("tests/", StringComparison.Ordinal), WrappingSequence()),
        "modular arithmetic on sequence numbers outside SeqNumber.cs");

    private static IEnumerable<string> Offences(Func<SourceFile, bool> where, Regex pattern) =>
        from s in Sources
        where @where(s)
        from Match m in pattern.Matches(s.Code)
        select $"{s.Path}:{s.LineOf(m.Index)}: {m.Value.Trim()}";

    private static void AssertNone(IEnumerable<string> offenders, string what)
    {
        string[] all = [.. offenders];
        Assert.That(
            all.Length, Is.Zero,
            $"{what}:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
    }

    [GeneratedRegex("Common|Utils?\\b|Utilit|Helper")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace)\s[\w.]*"
        + "(Common|Utils?\\b|Utilit|Helper)")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\basync\s|\bawait\s|\bTask\b|\bValueTask\b|\bThread\b")]
    private static partial Regex Async();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bStopwatch\b|\bEnvironment\.TickCount"
        + @"|\bTimeProvider\.System\b|\bRandom\.Shared\b|\bnew Random\(\)|\bGuid\.NewGuid\b")]
    private static partial Regex Clock();

    // Put together so that this file doesn't find itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.~/*])/(ho" + @"me|Us" + @"ers|ro" + @"ot|wo" + @"rk)/\w"
        + @"|\b[C-Z]:\\\\?(Us" + @"ers|sr" + @"c)\b")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"unchecked\s*\([^;]*(Seq|Ack|Snd|Rcv|Iss|Irs)\w*(\.Value)?\s*[-+][^;]*;")]
    private static partial Regex WrappingSequence();
}
