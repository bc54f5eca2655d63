using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Upper;

namespace TcpConformance.Harness.Scenes;

/// <summary>The states of RFC 9293 §3.3.2, as preambles reach them.</summary>
public enum SceneState
{
    /// <summary>CLOSED: there is no connection.</summary>
    Closed,
    /// <summary>LISTEN.</summary>
    Listen,
    /// <summary>SYN-SENT.</summary>
    SynSent,
    /// <summary>SYN-RECEIVED.</summary>
    SynReceived,
    /// <summary>ESTABLISHED.</summary>
    Established,
    /// <summary>FIN-WAIT-1.</summary>
    FinWait1,
    /// <summary>FIN-WAIT-2.</summary>
    FinWait2,
    /// <summary>CLOSE-WAIT.</summary>
    CloseWait,
    /// <summary>CLOSING.</summary>
    Closing,
    /// <summary>LAST-ACK.</summary>
    LastAck,
    /// <summary>TIME-WAIT.</summary>
    TimeWait,
}

/// <summary>How a connection was opened, from the IUT's side.</summary>
public enum Opening
{
    /// <summary>The IUT listened, the tester sent the SYN (RFC 9293 §3.5, figure 6).</summary>
    Passive,
    /// <summary>The IUT's user connected.</summary>
    Active,
    /// <summary>Both sent a SYN (RFC 9293 §3.5, figure 7).</summary>
    Simultaneous,
}

/// <summary>What a preamble takes care of on the way.</summary>
public sealed record SceneOptions
{
    /// <summary>How the connection is opened.</summary>
    public Opening Opening { get; init; }

    /// <summary>What the tester's end offers: MSS, window, options, family.</summary>
    public PeerOptions Peer { get; init; } = new();

    /// <summary>A listening socket that is used again; null: a new one.</summary>
    public Listener? Listener { get; init; }

    /// <summary>Whether the IUT's user closes by CLOSE, and so receives no more, instead of
    /// closing the sending direction only.</summary>
    public bool FullClose { get; init; }
}

/// <summary>Where a preamble has led.</summary>
/// <param name="State">The IUT's state, if it did as the RFC says.</param>
/// <param name="Peer">The tester's end.</param>
/// <param name="Connection">The IUT's user's end, if the user has one.</param>
/// <param name="Listener">The listening socket, if there is one.</param>
public sealed record Scene(
    SceneState State, Peer Peer, IutConnection? Connection, Listener? Listener)
{
    /// <summary>The IUT's user's end; an error of the case if there is none.</summary>
    public IutConnection User => Connection
        ?? throw new InvalidOperationException($"the user has no connection in {State}");
}

/// <summary>One way to a state, for cases that are generated over all of them.</summary>
/// <param name="Name">Fit for a case id, e.g. <c>time-wait-via-closing</c>.</param>
/// <param name="State">Where it leads.</param>
/// <param name="Reach">The preamble.</param>
public sealed record PreamblePath(
    string Name, SceneState State, Func<CaseContext, SceneOptions, Task<Scene>> Reach);
