using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Harness.Judging;

/// <summary>Watches all that crosses the IUT's boundary in one case, and judges it.</summary>
public sealed class Oracle
{
    private readonly List<Violation> _violations = [];

    /// <summary>An oracle for an IUT with these values and claims.</summary>
    public Oracle(Ixit ixit, Claims claims)
    {
        Ixit = ixit;
        Claims = claims;
    }

    /// <summary>The stated values.</summary>
    public Ixit Ixit { get; }

    /// <summary>The claims.</summary>
    public Claims Claims { get; }

    /// <summary>What has been found so far, in order.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>The next time at which <see cref="Advance"/> has something to judge.</summary>
    public TimeSpan? NextDeadline => null;

    /// <summary>An IP packet has been written to the link towards the IUT.</summary>
    public void ToIut(TimeSpan at, ReadOnlySpan<byte> packet)
    {
    }

    /// <summary>An IP packet has come from the IUT.</summary>
    public void FromIut(TimeSpan at, ReadOnlySpan<byte> packet)
    {
    }

    /// <summary>A user call has been handed to the upper tester.</summary>
    public void CallStarted(TimeSpan at, UserCall call)
    {
    }

    /// <summary>A user call has returned.</summary>
    public void CallReturned(TimeSpan at, UserCall call, UserResult result)
    {
    }

    /// <summary>Time has passed; deadlines before <paramref name="now"/> are judged.</summary>
    /// <param name="now">Since the start of the case.</param>
    /// <param name="lateness">By how much the harness itself was late, at most.</param>
    public void Advance(TimeSpan now, TimeSpan lateness)
    {
    }
}
