using System.Diagnostics;

namespace TcpConformance.Fuzz.Running;

/// <summary>Runs inputs again, without libFuzzer and as the program was built, each in the reach of
/// somebody who survives it.</summary>
public static class FuzzReplay
{
    internal const string Option = "--fuzz-replay=";

    private const string Fine = "fine";

    /// <summary>How long one input may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the process was started to run inputs.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && arguments[0].StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Runs the inputs that the arguments name in this process, and prints a line for
    /// each.</summary>
    /// <param name="arguments">The option with the target, then files.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    public static int Work(IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        FuzzTarget target = targets.First(t => t.Name == arguments[0][Option.Length..]);
        string path = Path.GetTempFileName();
        using var area = new InputArea(path);
        File.Delete(path);
        foreach (string file in arguments.Skip(1))
        {
            Console.Out.WriteLine(RunHere(target, area, File.ReadAllBytes(file)) ?? Fine);
            Console.Out.Flush();
        }
        return 0;
    }

    /// <summary>Runs inputs, in another process.</summary>
    /// <param name="program">The program, see <see cref="FuzzRequest.Program"/>.</param>
    /// <param name="target">The target.</param>
    /// <param name="files">The inputs.</param>
    /// <returns>What came of each, as soon as that is known.</returns>
    public static IEnumerable<FuzzOutcome> Run(
        string program, FuzzTarget target, IReadOnlyList<string> files)
    {
        int next = 0;
        FuzzSurroundings? surroundings = target.Surroundings?.Invoke();
        while (next < files.Count)
        {
            var speech = new WorkerSpeech(Console.Error.WriteLine);
            using Process worker = Start(
                program, target, files.Skip(next), surroundings, speech);
            string? death = null;
            for (; next < files.Count && death is null; next++)
            {
                Task<string?> answer = worker.StandardOutput.ReadLineAsync();
                if (!answer.Wait(Limit))
                {
                    death = $"it takes longer than {Limit.TotalSeconds:0} s";
                }
                else if (answer.Result is not string line)
                {
                    worker.WaitForExit();
                    death = speech.Finding ?? FuzzOutcome.Death(worker.ExitCode);
                }
                else
                {
                    yield return new FuzzOutcome(files[next], line == Fine ? null : line);
                    continue;
                }
                yield return new FuzzOutcome(files[next], death);
            }
            if (!worker.HasExited && death is not null)
            {
                worker.Kill();
            }
            worker.WaitForExit();
        }
    }

    // Null: all is well.
    private static string? RunHere(FuzzTarget target, InputArea area, byte[] input)
    {
        if (input.Length > InputArea.LongestInput)
        {
            return "the file is too long to be an input";
        }
        try
        {
            target.Run(area.Begin(input));
            return null;
        }
        catch (Exception e)
        {
            return FuzzOutcome.Words(e);
        }
    }

    private static Process Start(
        string program, FuzzTarget target, IEnumerable<string> files,
        FuzzSurroundings? surroundings, WorkerSpeech speech)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, program), [Option + target.Name, .. files])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        surroundings?.Apply(start, first: null);
        Process process = Process.Start(start)!;
        speech.Listen(process);
        return process;
    }
}
