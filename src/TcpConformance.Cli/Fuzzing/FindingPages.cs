using System.Diagnostics;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Running;
using TcpConformance.Reports;

namespace TcpConformance.Cli.Fuzzing;

/// <summary>What lies in a finding's folder for people: the story in words, a ladder diagram as
/// text and picture, a capture. Told in a process of its own, since an input that kills its target
/// kills whoever tells it.</summary>
internal static class FindingPages
{
    internal const string WordsFile = "story.txt";
    internal const string LadderFile = "ladder.txt";
    internal const string PictureFile = "ladder.svg";
    internal const string CaptureFile = "packets.pcapng";

    private const string Option = "--fuzz-story=";
    private const int Entries = 200;
    private const int Columns = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Whether the process was started to tell a story.</summary>
    internal static bool IsAsked(IReadOnlyList<string> arguments) =>
        arguments.Count == 3 && arguments[0].StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Tells it in this process.</summary>
    /// <param name="arguments">The option with the target, the input, and where to write.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    internal static int Work(
        IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        FuzzTarget target = targets.First(t => t.Name == arguments[0][Option.Length..]);
        new Thread(EndWithOwner) { IsBackground = true, Name = "owner" }.Start();
        if (target.Tell is not null)
        {
            Write(target.Tell(File.ReadAllBytes(arguments[1])), target.Name, arguments[2]);
        }
        return ExitCode.Conforms;
    }

    /// <summary>Tells it in another process.</summary>
    /// <param name="program">The program.</param>
    /// <param name="target">The target.</param>
    /// <param name="input">The input's file.</param>
    /// <param name="folder">Where to write.</param>
    internal static void Make(string program, FuzzTarget target, string input, string folder)
    {
        if (target.Tell is null)
        {
            return;
        }
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, program),
            [Option + target.Name, Path.GetFullPath(input), Path.GetFullPath(folder)])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        DotnetHome.Set(start);
        target.Surroundings?.Invoke().Apply(start, first: null);
        using Process teller = Process.Start(start)!;
        teller.ErrorDataReceived += (_, _) => { };
        teller.BeginErrorReadLine();
        if (!teller.WaitForExit(Limit))
        {
            teller.Kill();
            teller.WaitForExit();
        }
        if (teller.ExitCode != 0 && !File.Exists(Path.Combine(folder, WordsFile)))
        {
            File.WriteAllText(
                Path.Combine(folder, WordsFile), "The input ends the process that tells it.\n");
        }
    }

    private static void Write(FuzzStory story, string target, string folder)
    {
        File.WriteAllText(Path.Combine(folder, WordsFile), story.Words);
        if (story.Trace.Count == 0)
        {
            return;
        }
        File.WriteAllText(
            Path.Combine(folder, LadderFile), LadderDiagram.ToText(story.Trace, Columns, Entries));
        File.WriteAllText(
            Path.Combine(folder, PictureFile), LadderSvg.File(story.Trace, Entries));
        using FileStream capture = File.Create(Path.Combine(folder, CaptureFile));
        PcapngOfTrace.Write(
            capture, story.Trace, target, story.LinkType, DateTimeOffset.UnixEpoch);
    }

    private static void EndWithOwner()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
        Process.GetCurrentProcess().Kill(); // at once, whatever the target is at
    }
}
