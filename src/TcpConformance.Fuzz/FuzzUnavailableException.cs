namespace TcpConformance.Fuzz;

/// <summary>The machine lacks something, or what was asked for can't be done; the message is one
/// line that says what to do.</summary>
public sealed class FuzzUnavailableException : Exception
{
    /// <summary>What is lacking.</summary>
    public FuzzUnavailableException(string message)
        : base(message)
    {
    }
}
