namespace TcpConformance.Spec.Requirements;

/// <summary>
/// A file of the catalogue that cannot be used. The message is one line: file, line and what is
/// wrong.
/// </summary>
public sealed class CatalogueException : Exception
{
    /// <summary>Makes one with a general message.</summary>
    public CatalogueException()
        : this("the requirement catalogue cannot be used")
    {
    }

    /// <summary>Makes one with a one-line message.</summary>
    /// <param name="message">File, line and what is wrong.</param>
    public CatalogueException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a one-line message and its cause.</summary>
    /// <param name="message">File, line and what is wrong.</param>
    /// <param name="innerException">What was caught.</param>
    public CatalogueException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
