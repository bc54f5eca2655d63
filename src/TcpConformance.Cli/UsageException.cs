namespace TcpConformance.Cli;

/// <summary>What the user asked for can't be done; the message is one line that says what to do.
/// </summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }
}
