using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Judging;

/// <summary>What the user has set on a connection. Options belong to a connection, not to its pair
/// of sockets.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Those of a connection on which nothing was set.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>Whether the Nagle algorithm is off (MUST-17).</summary>
    public bool NoDelay { get; private init; }

    /// <summary>Whether keep-alives are on (MUST-24).</summary>
    public bool KeepAlive { get; private init; }

    /// <summary>Whether the user has chosen <see cref="KeepAliveIdle"/>.</summary>
    public bool KeepAliveIdleSet { get; private init; }

    /// <summary>Without traffic for so long, a keep-alive is sent (MUST-28).</summary>
    public TimeSpan KeepAliveIdle { get; private init; } = TimeSpan.FromHours(2);

    /// <summary>Between keep-alives without answer.</summary>
    public TimeSpan KeepAliveInterval { get; private init; } = TimeSpan.FromSeconds(75);

    /// <summary>For what was given and is not acknowledged; null: none is set.</summary>
    public TimeSpan? UserTimeout { get; private init; }

    /// <summary>These with one that the user sets.</summary>
    public ConnectionOptions With(UserCall call)
    {
        TimeSpan value = TimeSpan.FromMilliseconds(call.Value);
        return call.Option switch
        {
            UserOption.NoDelay => this with { NoDelay = call.Value != 0 },
            UserOption.KeepAlive => this with { KeepAlive = call.Value != 0 },
            // No stack can send keep-alives without a pause between them.
            UserOption.KeepAliveIdle or UserOption.KeepAliveInterval when call.Value <= 0 => this,
            UserOption.KeepAliveIdle => this with
            {
                KeepAliveIdle = value,
                KeepAliveIdleSet = true,
            },
            UserOption.KeepAliveInterval => this with { KeepAliveInterval = value },
            UserOption.UserTimeout => this with
            {
                UserTimeout = call.Value == 0 ? null : value,
            },
            UserOption.KeepAliveCount or UserOption.ReceiveBuffer or UserOption.SendBuffer
                or UserOption.TrafficClass or UserOption.HopLimit => this,
        };
    }
}
