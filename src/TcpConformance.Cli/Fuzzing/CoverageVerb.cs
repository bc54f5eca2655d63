using System.CommandLine;
using System.Globalization;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Covering;
using TcpConformance.Reports;

namespace TcpConformance.Cli.Fuzzing;

/// <summary><c>tcpconf fuzz coverage</c>: what does a corpus reach?</summary>
internal static class CoverageVerb
{
    private static readonly Option<string[]> Corpus = new("--corpus")
    {
        Description = "Directory of inputs, may be given several times; the seeds that come with "
            + "the program count too. out/fuzz/TARGET/corpus if not given.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for cobertura.xml and coverage.html. out/fuzz/TARGET/coverage if "
            + "not given.",
        HelpName = "DIR",
    };

    internal static Command Command()
    {
        var target = new Argument<string>("TARGET") { Description = "The target." };
        var command = new Command(
            "coverage",
            "Says which lines of the target's assemblies a corpus reaches, and which states and "
            + "transitions.")
        {
            target, Corpus, Out,
        };
        command.SetAction(parsed => Run(
            FuzzInputs.Find(parsed.GetValue(target)!), parsed.GetValue(Corpus) ?? [],
            parsed.GetValue(Out)));
        return command;
    }

    private static int Run(FuzzTarget target, string[] folders, string? goal)
    {
        string home = FuzzCli.Home(target);
        string own = Path.Combine(home, "corpus");
        string[] from = folders.Length > 0 ? folders : Directory.Exists(own) ? [own] : [];
        string? missing = from.FirstOrDefault(f => !Directory.Exists(f));
        if (missing is not null)
        {
            throw new UsageException($"there is no directory {missing}");
        }
        string folder = OutOption.Made(goal ?? Path.Combine(home, "coverage"));
        DirectoryInfo seeds = Directory.CreateTempSubdirectory("tcpconf-seeds-");
        using var interruption = new Interruption();
        try
        {
            FuzzCorpus.Write(target.Name, seeds.FullName);
            string[] files = [.. from.Append(seeds.FullName).SelectMany(Directory.GetFiles)];
            var coverage = CorpusCoverage.Measure(
                FuzzCli.Program, target, files, interruption.Token);
            Write(ModelOf(coverage), folder);
            Print(coverage, folder);
        }
        finally
        {
            seeds.Delete(true);
        }
        return ExitCode.Conforms;
    }

    private static void Print(CorpusCoverage coverage, string folder)
    {
        CoverageModel model = ModelOf(coverage);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Target}: {model.Inputs} inputs reach {model.Covered} of {model.Lines} lines "
            + $"({model.Percent:0.0} %)"));
        if (model.States is not null)
        {
            Console.WriteLine(
                $"  {model.StatesReached} of {model.States.Count} states, {model.StepsMade} of "
                + $"{Spec.States.StateTransitions.All.Count} transitions");
        }
        if (coverage.Deaths > 0)
        {
            Console.WriteLine($"  {coverage.Deaths} inputs ended the process that ran them");
        }
        Console.WriteLine($"  {Path.Combine(folder, PageFile)}");
    }

    private const string PageFile = "coverage.html";
    private const string XmlFile = "cobertura.xml";

    private static void Write(CoverageModel model, string folder)
    {
        CoberturaXml.Write(model, ".").Save(Path.Combine(folder, XmlFile));
        File.WriteAllText(
            Path.Combine(folder, PageFile), HtmlReport.WriteAsync(model).GetAwaiter().GetResult());
    }

    // A line is reached as often as the block of it that was reached most.
    private static CoverageModel ModelOf(CorpusCoverage coverage)
    {
        var hits = new Dictionary<(string Assembly, string File), SortedDictionary<int, int>>();
        foreach ((Weaver.Coverage.CoverageBlock block, int inputs) in coverage.Blocks)
        {
            if (block.File is null)
            {
                continue;
            }
            (string Assembly, string File) key = (block.Assembly, block.File);
            if (!hits.TryGetValue(key, out SortedDictionary<int, int>? lines))
            {
                hits.Add(key, lines = []);
            }
            foreach (int line in block.Lines)
            {
                lines[line] = Math.Max(inputs, lines.GetValueOrDefault(line));
            }
        }
        string root = RootOf([.. hits.Keys.Select(k => k.File)]);
        return new CoverageModel(
            coverage.Target.Name, coverage.Inputs,
            [.. hits.OrderBy(h => h.Key).Select(h => new CoverageFile(
                h.Key.Assembly, h.Key.File[root.Length..],
                [.. h.Value.Select(l => new CoverageLine(l.Key, l.Value))])
            {
                Text = File.Exists(h.Key.File) ? File.ReadAllLines(h.Key.File) : [],
            })])
        {
            States = coverage.States,
            Steps = coverage.Steps,
        };
    }

    // What all paths begin with; 'src' and the like are kept.
    private static string RootOf(string[] files)
    {
        int at = files.Length == 0 ? -1
            : files[0].LastIndexOf("/src/", StringComparison.Ordinal);
        string root = at < 0 ? "" : files[0][..(at + 1)];
        return files.All(f => f.StartsWith(root, StringComparison.Ordinal)) ? root : "";
    }
}
