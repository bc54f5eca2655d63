using System.CommandLine;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Cli.Fuzzing;

/// <summary><c>tcpconf fuzz replay</c>: what does an input do?</summary>
internal static class ReplayVerb
{
    internal static Command Command()
    {
        Argument<string[]> files = Files();
        var command = new Command(
            "replay",
            "Runs inputs again, without libFuzzer. Exit code 1: one is a finding.")
        {
            files,
        };
        command.SetAction(parsed => Run(FuzzInputs.Read(parsed.GetValue(files)!)));
        return command;
    }

    internal static Argument<string[]> Files() => new("FILE")
    {
        Description = "Inputs, or folders of findings; the target's name may stand before them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static int Run(IReadOnlyList<FuzzInputs> inputs)
    {
        int findings = 0;
        foreach (IGrouping<string, FuzzInputs> group in inputs.GroupBy(i => i.Target.Name))
        {
            foreach (FuzzOutcome outcome in FuzzReplay.Run(
                FuzzCli.Program, group.First().Target, [.. group.Select(i => i.File)]))
            {
                Console.WriteLine($"{outcome.Input}: {outcome.Finding ?? "fine"}");
                if (outcome.Signature is not null)
                {
                    Console.WriteLine($"  {outcome.Signature.Name}");
                    findings++;
                }
            }
        }
        return findings > 0 ? ExitCode.Finding : ExitCode.Conforms;
    }
}
