namespace TcpConformance.Harness.Sessions;

/// <summary>Chance that is the same for a seed on every machine and in every version of .NET
/// (SplitMix64).</summary>
public sealed class SessionRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>From one number to another, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in so many of a hundred.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>One of several, all the same to it.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>A mask of losses among the first segments of a flow, up to four of them.</summary>
    public long Losses(int among)
    {
        long mask = 0;
        for (int n = Between(1, 4); n > 0; n--)
        {
            mask |= 1L << Below(Math.Min(among, 62));
        }
        return mask;
    }
}
