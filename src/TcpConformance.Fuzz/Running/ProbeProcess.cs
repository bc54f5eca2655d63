using System.Diagnostics;
using System.Globalization;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>Asks another process what is wrong with an input; survives its death, and starts the
/// next one. The code there is compiled plainly, with no method inside another, so that the same
/// fault always has the same stack.</summary>
internal sealed class ProbeProcess : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly string _program;
    private readonly FuzzTarget _target;
    private readonly FuzzSurroundings? _surroundings;
    private readonly IReadOnlyList<string> _methods;
    private readonly string _area;

    private Process? _process;
    private WorkerSpeech _speech = new(_ => { });

    /// <summary>Prepares to ask; nothing is started yet.</summary>
    /// <param name="folder">Where the program is.</param>
    /// <param name="program">Its name.</param>
    /// <param name="target">The target.</param>
    /// <param name="methods">For each counter of woven code its method; null: it isn't woven.
    /// </param>
    internal ProbeProcess(
        string folder, string program, FuzzTarget target, IReadOnlyList<string>? methods = null)
    {
        _folder = folder;
        _program = program;
        _target = target;
        _methods = methods ?? [];
        _surroundings = target.Surroundings?.Invoke();
        _area = Path.GetTempFileName();
    }

    /// <summary>Octets of memory that an input may take, with all of the program: libFuzzer's own
    /// limit.</summary>
    internal long MemoryLimit { get; init; } = 2048L << 20;

    /// <summary>Runs an input.</summary>
    internal FuzzOutcome Run(byte[] input, TimeSpan limit)
    {
        if (input.Length > InputArea.LongestInput)
        {
            return new FuzzOutcome("", "the file is too long to be an input")
            {
                Signature = new FindingSignature(FindingKind.Rule, "too long", []),
            };
        }
        _process ??= Start();
        Task<string?> answer = _process.StandardOutput.ReadLineAsync();
        Give(input);
        var clock = Stopwatch.StartNew();
        while (!answer.Wait(Glance))
        {
            if (MemoryOf(_process) > MemoryLimit)
            {
                return Endless(
                    FindingKind.Memory, $"it takes more than {MemoryLimit >> 20} MiB of memory");
            }
            if (clock.Elapsed > limit)
            {
                return Endless(
                    FindingKind.Hang, $"it takes longer than {limit.TotalSeconds:0} s");
            }
        }
        return answer.Result is string line ? Read(line) : Death();
    }

    // It may end at any moment, also between two questions.
    private static long MemoryOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private FuzzOutcome Endless(FindingKind kind, string words)
    {
        IReadOnlyList<string> frames = WorkerEnd.MethodsOf(_area, _methods);
        End();
        return new FuzzOutcome("", words)
        {
            Signature = new FindingSignature(kind, "", frames),
            Story = frames.Count == 0 ? words : $"{words}, in\n  {string.Join("\n  ", frames)}",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        File.Delete(_area);
    }

    private static FuzzOutcome Read(string line)
    {
        if (line == FuzzReplay.Fine)
        {
            return new FuzzOutcome("", null);
        }
        string[] words = line.Split('\t', 4)[^1].Split(FuzzReplay.LineEnd, 2);
        return new FuzzOutcome("", words[0])
        {
            Signature = FindingSignature.Read(line),
            Story = words[^1].Replace(FuzzReplay.LineEnd, '\n'),
        };
    }

    private FuzzOutcome Death()
    {
        _process!.WaitForExit();
        int exitCode = _process.ExitCode;
        string story = _speech.Story;
        FindingSignature signature = DeathSignature.Of(story, exitCode);
        string words = signature.Kind == FindingKind.Sanitizer ? signature.Head
            : _speech.Finding ?? FuzzOutcome.Death(exitCode);
        End();
        return new FuzzOutcome("", words) { Signature = signature, Story = story };
    }

    private void Give(byte[] input)
    {
        try
        {
            Stream to = _process!.StandardInput.BaseStream;
            to.Write(BitConverter.GetBytes(input.Length));
            to.Write(input);
            to.Flush();
        }
        catch (IOException)
        {
            // It has died; the answer says so.
        }
    }

    private Process Start()
    {
        _speech = new WorkerSpeech(_ => { });
        var start = new ProcessStartInfo(
            Path.Combine(_folder, _program),
            [
                FuzzReplay.Option + _target.Name, _area,
                _methods.Count.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        DotnetHome.Set(start);
        // Methods stay as they were compiled first: plain.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["DOTNET_TC_OnStackReplacement"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _surroundings?.Apply(start, first: null);
        Process process = Process.Start(start)!;
        _speech.Listen(process);
        // The time that an input may take does not begin with the start of the program.
        process.StandardOutput.ReadLine();
        return process;
    }

    private void End()
    {
        if (_process is null)
        {
            return;
        }
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }
}
