using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Iuts;

/// <summary>A socket of the upper tester, whose handle may not be known yet.</summary>
internal sealed class UpperTesterSocket
{
    private readonly Queue<Action<string>> _later = new();
    private string? _handle;

    /// <summary>Whether the upper tester has told the handle.</summary>
    public bool IsKnown => _handle is not null;

    /// <summary>ACCEPT calls on this listening socket that have not returned.</summary>
    public List<UserCall> WaitingAccepts { get; } = [];

    /// <summary>Does something as soon as the handle is known.</summary>
    public void WithHandle(Action<string> action)
    {
        if (_handle is not null)
        {
            action(_handle);
        }
        else
        {
            _later.Enqueue(action);
        }
    }

    /// <summary>The upper tester has told the handle.</summary>
    public void HasHandle(string handle)
    {
        _handle = handle;
        while (_later.TryDequeue(out Action<string>? action))
        {
            action(handle);
        }
    }
}
