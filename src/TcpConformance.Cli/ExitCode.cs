namespace TcpConformance.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>All that was selected conforms, or differs only as the profile says.</summary>
    internal const int Conforms = 0;

    /// <summary>A finding: a case did not pass and the profile does not know it.</summary>
    internal const int Finding = 1;

    /// <summary>Wrong usage, or the environment lacks something.</summary>
    internal const int Usage = 2;

    /// <summary>Interrupted by a signal.</summary>
    internal const int Interrupted = 3;
}
