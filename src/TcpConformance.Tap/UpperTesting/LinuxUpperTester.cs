namespace TcpConformance.Tap.UpperTesting;

/// <summary>The upper tester of the Linux kernel: socket calls on demand, in one thread.</summary>
public static class LinuxUpperTester
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const long InputKey = 0;
    private const long OutputKey = -1;
    private const uint Readable = 1;
    private const uint Writable = 4;

    /// <summary>Serves standard input and output until the input ends or a quit comes.</summary>
    /// <param name="options">Options of every socket, each name=value, such as
    /// congestion=cubic.</param>
    /// <returns>The exit code: 0, or 2 for a wrong option.</returns>
    public static int Run(IReadOnlyList<string> options) =>
        Run(StandardInput, StandardOutput, options);

    /// <summary>Serves two descriptors until the first ends or quit is asked for.</summary>
    /// <param name="input">Where requests come from.</param>
    /// <param name="output">Where replies go; becomes non-blocking.</param>
    /// <param name="options">Options of every socket, each name=value.</param>
    /// <returns>The exit code: 0, or 2 for a wrong option.</returns>
    public static int Run(int input, int output, IReadOnlyList<string> options)
    {
        var defaults = new List<(string Name, string Value)>();
        foreach (string option in options)
        {
            int at = option.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                Console.Error.WriteLine($"upper-tester: not name=value: {option}");
                return 2;
            }
            defaults.Add((option[..at], option[(at + 1)..]));
        }
        Libc.RaiseFileLimit();
        Libc.MakeNonBlocking(output);
        var lines = new LineChannel(input, output);
        lines.Write($"upper-tester 1 linux {KernelVersion()}");
        lines.Flush();
        Serve(input, output, lines, defaults);
        return 0;
    }

    private static void Serve(
        int input, int output, LineChannel lines, List<(string Name, string Value)> defaults)
    {
        var epoll = new Epoll();
        var session = new UpperTesterSession(epoll, lines, defaults);
        bool inputWatched = epoll.Add(input, Readable, InputKey);
        bool outputWatched = epoll.Add(output, 0, OutputKey);
        var ready = new List<long>();
        bool open = true;
        while (open && !session.IsOver && !lines.IsBroken)
        {
            epoll.Wait(ready, inputWatched ? -1 : 0);
            foreach (long key in ready)
            {
                if (key == InputKey)
                {
                    open = lines.Fill();
                }
                else if (key != OutputKey)
                {
                    session.Ready(key);
                }
            }
            open = inputWatched ? open : lines.Fill();
            while (!session.IsOver && lines.TryTake(out string line))
            {
                session.Take(line);
            }
            lines.Flush();
            if (outputWatched)
            {
                epoll.Change(output, lines.IsBehind ? Writable : 0, OutputKey);
            }
        }
    }

    private static string KernelVersion() =>
        File.Exists("/proc/sys/kernel/osrelease")
            ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim()
            : "unknown";
}
