namespace TcpConformance.Harness.Iuts;

/// <summary>When a case sent what its IUT may not have heard.</summary>
/// <param name="First">The first of what had not been heard as the last was sent: its answer is
/// owed first.</param>
/// <param name="Last">The last of all.</param>
public readonly record struct Sendings(TimeSpan First, TimeSpan Last)
{
    /// <summary>These and one more.</summary>
    /// <param name="at">When it was sent.</param>
    /// <param name="heard">What was sent until then has been heard.</param>
    public Sendings And(TimeSpan at, TimeSpan heard)
    {
        if (Last <= heard)
        {
            return new(at, at);
        }
        TimeSpan unheard = heard + TimeSpan.FromTicks(1);
        return new(First > unheard ? First : unheard, at);
    }
}
