using System.CommandLine;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Cli.Fuzzing;

/// <summary><c>tcpconf fuzz minimize</c>: the least input that shows the same.</summary>
internal static class MinimizeVerb
{
    internal const string Suffix = ".least";

    internal static Command Command()
    {
        Argument<string[]> files = ReplayVerb.Files();
        var command = new Command(
            "minimize",
            "Shortens inputs as long as they show the same; the result is written beside each, as "
            + $"FILE{Suffix}. Exit code 1: one shows nothing.")
        {
            files,
        };
        command.SetAction(parsed => Run(FuzzInputs.Read(parsed.GetValue(files)!)));
        return command;
    }

    private static int Run(IReadOnlyList<FuzzInputs> inputs)
    {
        using var interruption = new Interruption();
        int exitCode = ExitCode.Conforms;
        foreach (FuzzInputs input in inputs)
        {
            using FindingTriage triage = FindingTriage.Of(FuzzCli.Program, input.Target);
            byte[] octets = File.ReadAllBytes(input.File);
            if (triage.Look(octets).Signature is not FindingSignature signature)
            {
                Console.WriteLine($"{input.File}: fine, there is nothing to keep");
                exitCode = ExitCode.Finding;
                continue;
            }
            byte[] least = triage.Minimize(octets, signature, interruption.Token);
            if (interruption.HasCome)
            {
                return ExitCode.Interrupted;
            }
            File.WriteAllBytes(input.File + Suffix, least);
            Console.WriteLine(
                $"{input.File}: {octets.Length} octets, {least.Length} in {input.File}{Suffix}");
            Console.WriteLine($"  {signature.Name}");
        }
        return exitCode;
    }
}
