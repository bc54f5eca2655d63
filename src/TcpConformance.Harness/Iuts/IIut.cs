using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Iuts;

/// <summary>A packet that came from an IUT.</summary>
/// <param name="At">When it was seen, on the clock of the IUT's link.</param>
/// <param name="Octets">The IP packet.</param>
public readonly record struct IutPacket(TimeSpan At, ReadOnlyMemory<byte> Octets)
{
    /// <summary>The link was seen empty then: the packet came no earlier, and perhaps well before
    /// it was read.</summary>
    public TimeSpan NotBefore { get; init; } = At;
}

/// <summary>A user call that has returned.</summary>
/// <param name="At">When.</param>
/// <param name="CallId">The <see cref="UserCall.Id"/>.</param>
/// <param name="Result">What it came to.</param>
public readonly record struct IutReply(TimeSpan At, int CallId, UserResult Result);

/// <summary>An implementation under test at its boundary: packets, user calls, time.</summary>
/// <remarks>Used by one thread only. What crosses is IP packets; frames are the IUT's own
/// affair.</remarks>
public interface IIut : IDisposable
{
    /// <summary>What its maintainer states about it.</summary>
    IutProfile Profile { get; }

    /// <summary>Whether time passes only in <see cref="Wait"/>.</summary>
    bool IsVirtualTime { get; }

    /// <summary>The time on the clock of the link.</summary>
    TimeSpan Now { get; }

    /// <summary>By how much the IUT was late in hearing what it was sent, or is, as far as can be
    /// told: the machine stalls it, too. Zero in virtual time.</summary>
    /// <param name="written">When packets were written to its link.</param>
    /// <param name="called">When user calls were made.</param>
    TimeSpan Lag(Sendings written, Sendings called) => TimeSpan.Zero;

    /// <summary>Until when packets must have been written to the link, and user calls made, to
    /// have been heard for certain.</summary>
    (TimeSpan Written, TimeSpan Called) Heard => (Now, Now);

    /// <summary>Writes an IP packet to the link towards the IUT.</summary>
    /// <exception cref="IutLostException">The link is gone.</exception>
    void Deliver(ReadOnlySpan<byte> packet);

    /// <summary>Takes the next packet that the IUT has sent.</summary>
    /// <exception cref="IutLostException">The link is gone.</exception>
    bool TryTakePacket(out IutPacket packet);

    /// <summary>Starts a user call; its result comes with <see cref="TryTakeReply"/>.</summary>
    /// <exception cref="IutLostException">The upper tester is gone.</exception>
    void Call(UserCall call);

    /// <summary>Takes the next result of a user call.</summary>
    /// <exception cref="IutLostException">The upper tester is gone.</exception>
    bool TryTakeReply(out IutReply reply);

    /// <summary>Lets time pass until a packet or a result may be there, or until
    /// <paramref name="until"/> (null: however long that takes).</summary>
    /// <returns>False if nothing will ever happen.</returns>
    bool Wait(TimeSpan? until);
}

/// <summary>The IUT, its link or its upper tester is gone: no verdict of its own.</summary>
public sealed class IutLostException : Exception
{
    /// <summary>The loss in one sentence that says what to do.</summary>
    public IutLostException(string message)
        : base(message)
    {
    }

    /// <summary>What the IUT said as it died, line by line; empty if it said nothing.</summary>
    public string Said { get; init; } = "";
}
