using System.IO.MemoryMappedFiles;
using TcpConformance.Spec.States;

namespace TcpConformance.Fuzz.Covering;

/// <summary>What inputs have reached so far, in a file that outlives the process: the number of the
/// next input, then states, steps between them, and counters.</summary>
internal sealed class CoverageTally : IDisposable
{
    private static readonly int StateCount = Enum.GetValues<TcpState>().Length;
    private static readonly int StatesAt = sizeof(long);
    private static readonly int StepsAt = StatesAt + (StateCount * sizeof(long));
    private static readonly int CountersAt =
        StepsAt + (StateCount * StateCount * sizeof(long));

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    internal CoverageTally(string path, int counters)
    {
        _file = MemoryMappedFile.CreateFromFile(
            path, FileMode.OpenOrCreate, null, CountersAt + (counters * sizeof(int)));
        _view = _file.CreateViewAccessor();
    }

    /// <summary>The input that runs, or is the next to run.</summary>
    internal int Next
    {
        get => _view.ReadInt32(0);
        set => _view.Write(0, value);
    }

    internal int HitsOf(int counter) => _view.ReadInt32(CountersAt + (counter * sizeof(int)));

    internal void Hit(int counter) =>
        _view.Write(CountersAt + (counter * sizeof(int)), HitsOf(counter) + 1);

    internal void Set(TcpState state, long times) => _view.Write(At(state), times);

    internal void Set(TcpState from, TcpState to, long times) =>
        _view.Write(At(from, to), times);

    internal Dictionary<TcpState, long> States() => Enum.GetValues<TcpState>()
        .ToDictionary(s => s, s => _view.ReadInt64(At(s)));

    internal Dictionary<(TcpState From, TcpState To), long> Steps() =>
        StateTransitions.All.ToDictionary(
            t => (t.From, t.To), t => _view.ReadInt64(At(t.From, t.To)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static int At(TcpState state) => StatesAt + ((int)state * sizeof(long));

    private static int At(TcpState from, TcpState to) =>
        StepsAt + ((((int)from * StateCount) + (int)to) * sizeof(long));
}
