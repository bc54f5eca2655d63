using System.Collections.Concurrent;
using System.Globalization;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>Runs inputs again, without libFuzzer and as the program was built, each in the reach of
/// somebody who survives it.</summary>
public static class FuzzReplay
{
    internal const string Option = "--fuzz-replay=";
    internal const string Fine = "fine";

    private const string Ready = "ready";

    // How the lines of a long answer are kept in one.
    internal const char LineEnd = '\v';

    /// <summary>How long one input may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the process was started to run inputs.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && arguments[0].StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Runs the inputs that come on standard input, a length and octets, in this process,
    /// and prints a line for each.</summary>
    /// <param name="arguments">The option with the target, then a file for what runs, then how many
    /// counters the program has.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    public static int Work(IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        FuzzTarget target = targets.First(t => t.Name == arguments[0][Option.Length..]);
        using var area = new InputArea(arguments[1]);
        int counters = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        if (counters > 0)
        {
            SlowInputWatch.Start(area, counters);
        }
        using var inputs = new BlockingCollection<byte[]>();
        new Thread(() => Read(inputs)) { IsBackground = true, Name = "owner" }.Start();
        Console.Out.WriteLine(Ready);
        Console.Out.Flush();
        foreach (byte[] input in inputs.GetConsumingEnumerable())
        {
            Console.Out.WriteLine(RunHere(target, area, input));
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
        using var probe = new ProbeProcess(AppContext.BaseDirectory, program, target);
        foreach (string file in files)
        {
            yield return probe.Run(File.ReadAllBytes(file), Limit) with { Input = file };
        }
    }

    // Whoever has started this process keeps its input open as long as he wants an answer.
    private static void Read(BlockingCollection<byte[]> inputs)
    {
        using Stream input = Console.OpenStandardInput();
        byte[] length = new byte[4];
        while (input.ReadAtLeast(length, length.Length, false) == length.Length)
        {
            byte[] octets = new byte[BitConverter.ToInt32(length)];
            input.ReadExactly(octets);
            inputs.Add(octets);
        }
        FuzzWorker.ExitNow(0);
    }

    private static string RunHere(FuzzTarget target, InputArea area, byte[] input)
    {
        try
        {
            target.Run(area.Begin(input));
            area.End();
            return Fine;
        }
        catch (Exception e)
        {
            area.End();
            return FindingSignature.Of(e).ToLine() + '\t'
                + $"{FuzzOutcome.Words(e)}\n{e}".ReplaceLineEndings($"{LineEnd}");
        }
    }
}
