namespace TcpConformance.Weaver.Operators;

/// <summary>Woven code has taken more turns than it was given: most likely it would never end.
/// </summary>
public sealed class OutOfFuelException : Exception
{
    /// <summary>An exception that says so.</summary>
    public OutOfFuelException()
        : base("out of fuel: it turns in circles")
    {
    }
}
