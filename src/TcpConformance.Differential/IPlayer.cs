namespace TcpConformance.Differential;

/// <summary>Plays sessions on one IUT.</summary>
internal interface IPlayer : IDisposable
{
    /// <summary>Plays them.</summary>
    /// <param name="batch">The sessions.</param>
    /// <param name="tail">How long the oracle goes on watching in real time.</param>
    /// <param name="cancel">Ends it.</param>
    Played[] Play(IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel);
}
