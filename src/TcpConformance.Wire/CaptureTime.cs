namespace TcpConformance.Wire;

// How an interface counts time: units of 10^-n or 2^-n seconds since an epoch of its own.
internal readonly record struct CaptureTime(byte Resolution, long OffsetSeconds)
{
    // 10^-38 s is as fine as 128 bits go.
    private const int FinestDecimal = 38;

    public static CaptureTime Microseconds => new(6, 0);

    public static CaptureTime Nanoseconds => new(9, 0);

    // Cut to ticks of 100 ns; what no TimeSpan can hold becomes the largest or smallest one.
    public TimeSpan ToTime(ulong units)
    {
        UInt128 ticks = (UInt128)units * TimeSpan.TicksPerSecond;
        int exponent = Resolution & 0x7f;
        if ((Resolution & 0x80) != 0)
        {
            ticks >>= exponent;
        }
        else if (exponent > FinestDecimal)
        {
            ticks = 0;
        }
        else
        {
            for (int i = 0; i < exponent; i++)
            {
                ticks /= 10;
            }
        }
        Int128 all = (Int128)ticks + ((Int128)OffsetSeconds * TimeSpan.TicksPerSecond);
        return new TimeSpan((long)Int128.Clamp(all, long.MinValue, long.MaxValue));
    }
}
