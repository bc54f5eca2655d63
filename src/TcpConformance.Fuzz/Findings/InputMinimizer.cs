namespace TcpConformance.Fuzz.Findings;

/// <summary>Makes an input as short and plain as it can be while it shows the same: delta
/// debugging over octets, then small values. No chance, no clock: always the same result.</summary>
public static class InputMinimizer
{
    // What most inputs are made of, the plainest first.
    private static readonly byte[] Plain = [0, 1, (byte)'0', (byte)' '];

    /// <summary>The least input found.</summary>
    /// <param name="input">One for which the predicate holds.</param>
    /// <param name="holds">The predicate.</param>
    /// <param name="budget">How often it may be asked.</param>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> holds, int budget)
    {
        int asked = 0;
        bool Holds(byte[] candidate) => asked++ < budget && holds(candidate);
        byte[] now = input;
        byte[] before;
        do
        {
            before = now;
            now = Shorten(now, Holds);
            now = Simplify(now, Holds);
        }
        while (!ReferenceEquals(before, now) && asked < budget);
        return now;
    }

    // The end first, since readers go forwards; then chunks of a half, a quarter, …, one octet.
    private static byte[] Shorten(byte[] input, Func<byte[], bool> holds)
    {
        byte[] now = input;
        for (int size = Math.Max(1, now.Length / 2); size > 0; size /= 2)
        {
            for (int at = now.Length - size; at >= 0; at -= size)
            {
                if (at + size > now.Length)
                {
                    continue;
                }
                byte[] without = [.. now[..at], .. now[(at + size)..]];
                if (holds(without))
                {
                    now = without;
                }
            }
        }
        return now;
    }

    private static byte[] Simplify(byte[] input, Func<byte[], bool> holds)
    {
        byte[] now = input;
        for (int at = 0; at < now.Length; at++)
        {
            foreach (byte plain in Plain)
            {
                if (now[at] == plain)
                {
                    break;
                }
                byte[] with = [.. now];
                with[at] = plain;
                if (holds(with))
                {
                    now = with;
                    break;
                }
            }
        }
        return now;
    }
}
