namespace TcpConformance.Fuzz;

/// <summary>What targets ensure; cheap as long as it holds.</summary>
internal static class FuzzCheck
{
    /// <summary>Two numbers are the same.</summary>
    internal static void Same(string rule, long expected, long actual)
    {
        if (expected != actual)
        {
            throw new FuzzFindingException(rule, $"{expected} expected, {actual} came");
        }
    }

    /// <summary>Something holds.</summary>
    internal static void That(bool holds, string rule)
    {
        if (!holds)
        {
            throw new FuzzFindingException(rule, "does not hold");
        }
    }

    /// <summary>Octets are the same.</summary>
    internal static void Same(
        string rule, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FuzzFindingException(
                rule,
                $"{Convert.ToHexString(expected)} expected, {Convert.ToHexString(actual)} came");
        }
    }
}
