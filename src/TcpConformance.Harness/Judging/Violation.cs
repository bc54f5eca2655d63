using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>A contradiction between what an IUT did and what the RFCs allow.</summary>
/// <param name="Rule">Name of the oracle's rule, e.g. <c>ack-covers-undelivered</c>.</param>
/// <param name="Requirement">Id in the catalogue, e.g. <c>rfc9293/MUST-12</c>.</param>
/// <param name="At">When it was seen, since the start of the case.</param>
/// <param name="Pair">The connection, or default.</param>
/// <param name="Words">Makes the message.</param>
public sealed record Violation(
    string Rule, string Requirement, TimeSpan At, SocketPair Pair, Lazy<string> Words)
{
    /// <summary>A violation whose message is there already.</summary>
    public Violation(
        string rule, string requirement, TimeSpan at, SocketPair pair, string message)
        : this(rule, requirement, at, pair, new Lazy<string>(message))
    {
    }

    /// <summary>One plain sentence: what was allowed and what came. It is made when somebody asks
    /// for it: in most sessions of a fuzzer the requirement says enough.</summary>
    public string Message
    {
        get => Words.Value;
        init => Words = new Lazy<string>(value);
    }

    /// <summary>Something that was owed did not come.</summary>
    public bool IsSilence { get; init; }

    /// <summary>The silence by its own name, where it is named after what was to be survived; null:
    /// it isn't.</summary>
    public Violation? Silence { get; init; }
}
