using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Judging;

/// <summary>What the user has set on a connection. Options belong to a connection, not to its pair
/// of sockets.</summary>
internal struct ConnectionOptions
{
    public ConnectionOptions()
    {
    }

    /// <summary>Whether the Nagle algorithm is off (MUST-17).</summary>
    public bool NoDelay { get; private set; }

    /// <summary>Whether keep-alives are on (MUST-24).</summary>
    public bool KeepAlive { get; private set; }

    /// <summary>Whether the user has chosen <see cref="KeepAliveIdle"/>.</summary>
    public bool KeepAliveIdleSet { get; private set; }

    /// <summary>Without traffic for so long, a keep-alive is sent (MUST-28).</summary>
    public TimeSpan KeepAliveIdle { get; private set; } = TimeSpan.FromHours(2);

    /// <summary>Between keep-alives without answer.</summary>
    public TimeSpan KeepAliveInterval { get; private set; } = TimeSpan.FromSeconds(75);

    /// <summary>For what was given and is not acknowledged; null: none is set.</summary>
    public TimeSpan? UserTimeout { get; private set; }

    /// <summary>The user sets one.</summary>
    public void Set(UserCall call)
    {
        TimeSpan value = TimeSpan.FromMilliseconds(call.Value);
        switch (call.Option)
        {
            case UserOption.NoDelay:
                NoDelay = call.Value != 0;
                break;
            case UserOption.KeepAlive:
                KeepAlive = call.Value != 0;
                break;
            // No stack can send keep-alives without a pause between them.
            case UserOption.KeepAliveIdle or UserOption.KeepAliveInterval when call.Value <= 0:
                break;
            case UserOption.KeepAliveIdle:
                KeepAliveIdle = value;
                KeepAliveIdleSet = true;
                break;
            case UserOption.KeepAliveInterval:
                KeepAliveInterval = value;
                break;
            case UserOption.UserTimeout:
                UserTimeout = call.Value == 0 ? null : value;
                break;
            case UserOption.KeepAliveCount or UserOption.ReceiveBuffer
                or UserOption.SendBuffer or UserOption.TrafficClass
                or UserOption.HopLimit:
                break;
        }
    }
}
