namespace TcpConformance.Tests.Weaving;

// What the coverage weaver is tried on: all that begins or ends a basic block.
public static class CoverageSamples
{
    public static string Branch(int a) => a > 1000 ? "greater" : "not greater";

    // One way has no block of its own.
    public static int Optional(int a)
    {
        int sum = a;
        if (a > 1000)
        {
            sum += 7;
        }
        return sum;
    }

    public static int Switch(int a)
    {
        switch (a)
        {
            case 10: return 1;
            case 11: return 2;
            case 12: return 3;
            case 13: return 5;
            default: return 0;
        }
    }

    public static int Loop(int n)
    {
        int sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum += i;
        }
        return sum;
    }

    public static int Protected(int a, int b)
    {
        try
        {
            return a / b;
        }
        catch (DivideByZeroException) when (a > 5)
        {
            return -1;
        }
        catch (DivideByZeroException)
        {
            return -2;
        }
        finally
        {
            Finished++;
        }
    }

    public static int Finished { get; set; }

    public static bool Long(long a, long b) => a == 0x1234_5678_9abc || a < b;

    public static bool Kind(DayOfWeek day, byte b) =>
        day == DayOfWeek.Friday || (b & 0xf0) == 0x40 || b >> 3 == 7;

    public static bool Equal(byte[] a, byte[] b) =>
        new ReadOnlySpan<byte>(a).SequenceEqual(new ReadOnlySpan<byte>(b));

    public static IEnumerable<int> Sequence(int n)
    {
        for (int i = 0; i < n; i++)
        {
            yield return i;
        }
    }

    public static async Task<int> Later(int a)
    {
        await Task.Yield();
        return a > 3 ? 1 : 2;
    }

    public static double Ratio(double a, double b) => a > b ? a : b;

    public static string Words(string? a) => a switch
    {
        null => "none",
        "one" => "1",
        _ => a.Length == 3 ? "three" : "other",
    };

    public static int Fail(int a) => a > 2
        ? throw new InvalidOperationException("as asked")
        : a;
}
