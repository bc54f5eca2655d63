using System.CommandLine;
using TcpConformance.Fuzz;
using TcpConformance.Cli.Fuzzing;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf fuzz export</c>: targets for ClusterFuzz.</summary>
internal static class FuzzExportVerb
{
    internal static Command Command(string program)
    {
        var targets = new Argument<string[]>("TARGET")
        {
            Description = "Targets; all if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Directory for executables, seed corpora, dictionaries and options.",
            HelpName = "DIR",
            Required = true,
        };
        var command = new Command(
            "export", "Lays targets out as ClusterFuzz and OSS-Fuzz expect them; see "
            + "docs/clusterfuzzlite.md.")
        {
            targets, folder,
        };
        command.SetAction(parsed => Run(
            program, parsed.GetValue(targets)!, parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string program, string[] names, string folder)
    {
        FuzzTarget[] targets = names.Length == 0
            ? [.. FuzzTargets.All.Where(t => t.Surroundings is null)]
            : [.. names.Select(FuzzInputs.Find)];
        // What is built from a system's own sources can't be taken along.
        if (targets.FirstOrDefault(t => t.Surroundings is not null) is FuzzTarget stays)
        {
            throw new UsageException(
                $"{stays.Name} cannot be exported: it needs sanitizers and sources of this system");
        }
        var export = new FuzzExport(OutOption.Made(folder), program);
        foreach (FuzzTarget target in targets)
        {
            export.Write(target);
            Console.WriteLine(Path.Combine(folder, target.Name));
        }
        return ExitCode.Conforms;
    }
}
