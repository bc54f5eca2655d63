using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>Looks where an input is that takes long: the counters that change are those of the loop
/// in which it is. No other thread can read a stack in .NET.</summary>
internal sealed class SlowInputWatch
{
    // The first moments of a program are slow.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(1);
    private const int Glances = 20;

    private readonly InputArea _area;
    private readonly int _counters;

    private SlowInputWatch(InputArea area, int counters)
    {
        _area = area;
        _counters = counters;
    }

    /// <summary>Begins to watch; ends with the process.</summary>
    internal static void Start(InputArea area, int counters)
    {
        var watch = new SlowInputWatch(area, counters);
        new Thread(watch.Run) { IsBackground = true, Name = "watch" }.Start();
    }

    private void Run()
    {
        long last = -1;
        while (true)
        {
            Thread.Sleep(Pause);
            long runs = _area.Runs;
            if (runs == last && _area.IsRunning)
            {
                Look();
            }
            last = runs;
        }
    }

    private void Look()
    {
        bool[] changed = new bool[_counters];
        byte[] before = new byte[_counters];
        CoverageMap.Span[.._counters].CopyTo(before);
        for (int i = 0; i < Glances; i++)
        {
            Thread.Sleep(Glance);
            ReadOnlySpan<byte> now = CoverageMap.Span[.._counters];
            for (int n = 0; n < _counters; n++)
            {
                changed[n] |= now[n] != before[n];
            }
        }
        int[] places = [.. Enumerable.Range(0, _counters).Where(n => changed[n])];
        if (places.Length > 0)
        {
            _area.Mark(places);
        }
    }
}
