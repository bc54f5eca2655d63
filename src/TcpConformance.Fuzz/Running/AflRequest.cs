namespace TcpConformance.Fuzz.Running;

/// <summary>What a campaign with AFL++ shall do beyond what every campaign does.</summary>
/// <param name="Sync">The folder that all processes of the campaign share; where it holds what an
/// earlier campaign of the same name has left, that goes on.</param>
public sealed record AflRequest(string Sync)
{
    /// <summary>Processes: one main, the rest secondaries.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>What this machine's processes are called in the shared folder.</summary>
    public string Name { get; init; } = NameOfMachine();

    /// <summary>The names of the processes.</summary>
    internal string[] Names =>
        [.. Enumerable.Range(1, Jobs).Select(n => n == 1 ? Name : $"{Name}-{n}")];

    /// <summary>Whether afl-fuzz takes a name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private const int LongestName = 24; // afl-fuzz takes 32, the number included

    private static string NameOfMachine()
    {
        string name = string.Concat(Environment.MachineName.Take(LongestName)
            .Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return IsName(name) ? name : "machine";
    }
}
