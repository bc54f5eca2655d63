using System.Collections.Concurrent;

namespace TcpConformance.Cli.Operators;

/// <summary>Standard input, read on a thread of its own: its end is the end of the process, also
/// in the middle of a trial that takes forever.</summary>
internal sealed class LineInput
{
    private readonly BlockingCollection<string> _lines = [];

    internal LineInput() => new Thread(Read) { IsBackground = true, Name = "input" }.Start();

    /// <summary>The lines as they come, without end.</summary>
    internal IEnumerable<string> Lines() => _lines.GetConsumingEnumerable();

    private void Read()
    {
        while (Console.In.ReadLine() is string line)
        {
            _lines.Add(line);
        }
        Environment.Exit(ExitCode.Conforms);
    }
}
