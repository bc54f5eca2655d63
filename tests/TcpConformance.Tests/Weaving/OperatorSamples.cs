namespace TcpConformance.Tests.Weaving;

// What the weaver is tried on: one operator of each kind.
public static class OperatorSamples
{
    public static bool IsLess(int a, int b) => a < b;

    public static bool IsSame(int a, int b) => a == b;

    public static string Branch(int a, int b)
    {
        if (a > b)
        {
            return "greater";
        }
        return "not greater";
    }

    public static int Sum(int a, int b) => a + b;

    public static int Mask(int a, int b) => a & b;

    public static int Forty() => 40;

    public static bool IsLater(TimeSpan a, TimeSpan b) => a > b;

    public static TimeSpan Add(TimeSpan a, TimeSpan b) => a + b;

    public static int Append(List<int> list, int number)
    {
        list.Add(number);
        return list.Count;
    }

    public static int Keep(SampleBox box, int number)
    {
        box.Field = number;
        return box.Field;
    }

    // Operands lie on the stack while a mutant is chosen; the block is a protected one.
    public static int Protected(int a, int b)
    {
        int result = 0;
        try
        {
            result = Math.Max(a, b) * (a > b ? 2 : 3);
        }
        finally
        {
            result += 10;
        }
        return result;
    }

    public static int CountTo(int end)
    {
        int i = 0;
        while (i < end)
        {
            i++;
        }
        return i;
    }

    public static int Descend(int depth)
    {
        int here = Math.Max(depth, 0) + Math.Min(depth, 0);
        return here == 0 ? 0 : 1 + Descend(here - 1);
    }
}

public sealed class SampleBox
{
    public int Field;
}
