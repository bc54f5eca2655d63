using System.CommandLine;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Cli.Fuzzing;

/// <summary><c>tcpconf fuzz merge</c>: the least corpus that covers the same.</summary>
internal static class MergeVerb
{
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for the result; what lies there counts as given. Without it the "
            + "campaign's own corpus is replaced by the result.",
        HelpName = "DIR",
    };

    internal static Command Command()
    {
        var target = new Argument<string>("TARGET") { Description = "The target." };
        var folders = new Argument<string[]>("DIR")
        {
            Description = "Corpora; out/fuzz/TARGET/corpus if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "merge", "Keeps the least corpus that covers what several corpora cover.")
        {
            target, folders, Out,
        };
        command.SetAction(parsed => Run(
            FuzzInputs.Find(parsed.GetValue(target)!), parsed.GetValue(folders) ?? [],
            parsed.GetValue(Out)));
        return command;
    }

    private static int Run(FuzzTarget target, string[] folders, string? goal)
    {
        string own = Path.Combine(FuzzCli.Home(target), "corpus");
        string[] from = folders.Length > 0 ? folders : [own];
        string? missing = from.FirstOrDefault(f => !Directory.Exists(f));
        if (missing is not null)
        {
            throw new UsageException($"there is no directory {missing}");
        }
        // The result first goes beside the corpus that it replaces.
        string result = OutOption.Made(goal ?? own + ".merged");
        using var interruption = new Interruption();
        using (var campaign = new FuzzCampaign(new FuzzRequest(target)
        {
            Program = FuzzCli.Program,
            Corpus = result,
            Findings = Path.Combine(FuzzCli.Home(target), "findings"),
            Flags = ["-merge=1", Path.GetFullPath(result), .. from.Select(Path.GetFullPath)],
        }))
        {
            campaign.Run(interruption.Token);
        }
        if (interruption.HasCome)
        {
            return ExitCode.Interrupted;
        }
        int before = from.Sum(f => Directory.GetFiles(f).Length);
        int after = Directory.GetFiles(result).Length;
        if (goal is null)
        {
            Replace(own, result);
        }
        Console.WriteLine(
            $"{target.Name}: {after} of {before} inputs are enough, in {goal ?? own}");
        return ExitCode.Conforms;
    }

    private static void Replace(string own, string result)
    {
        string old = own + ".old";
        if (Directory.Exists(old))
        {
            Directory.Delete(old, true);
        }
        if (Directory.Exists(own))
        {
            Directory.Move(own, old);
        }
        Directory.Move(result, own);
        if (Directory.Exists(old))
        {
            Directory.Delete(old, true);
        }
    }
}
