namespace TcpConformance.Harness.Iuts;

/// <summary>A stack can't be had on this machine; the message is one line that says what to do.
/// </summary>
public sealed class StackUnavailableException : Exception
{
    /// <summary>What is lacking.</summary>
    public StackUnavailableException(string message)
        : base(message)
    {
    }
}
