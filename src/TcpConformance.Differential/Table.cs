using System.Runtime.ExceptionServices;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Differential;

/// <summary>The IUTs of a run, side by side: each batch of sessions is played on all of them at
/// the same time.</summary>
public sealed class Table : IDisposable
{
    private readonly IPlayer[] _players;

    // lwIP is there only once: those that share it take turns. So do all in a lane.
    private readonly int[][] _lanes;

    /// <summary>Opens what lives in real time.</summary>
    /// <exception cref="IutLostException">It can't be reached.</exception>
    public Table(IReadOnlyList<DiffIut> iuts)
    {
        Iuts = iuts;
        _players = new IPlayer[iuts.Count];
        try
        {
            for (int i = 0; i < iuts.Count; i++)
            {
                _players[i] = iuts[i].Profile.IsVirtualTime
                    ? new VirtualPlayer(iuts[i])
                    : new RealPlayer(iuts[i]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        _lanes = [.. Enumerable.Range(0, iuts.Count)
            .GroupBy(i => iuts[i].Profile.Kind == IutKind.Lwip ? -1 : i).Select(g => g.ToArray())];
    }

    /// <summary>The IUTs.</summary>
    public IReadOnlyList<DiffIut> Iuts { get; }

    /// <summary>Whether one of them lives in real time.</summary>
    public bool IsReal => Iuts.Any(i => !i.Profile.IsVirtualTime);

    /// <summary>Plays sessions on all IUTs.</summary>
    /// <param name="batch">The sessions.</param>
    /// <param name="tail">How long the oracle goes on watching what lives in real time.</param>
    /// <param name="cancel">Ends it; what was not played is unusable.</param>
    /// <returns>For each session what it has come to on each IUT.</returns>
    public IReadOnlyList<IReadOnlyList<Played>> Play(
        IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel)
    {
        var results = new Played[_players.Length][];
        ExceptionDispatchInfo? failure = null;
        Thread[] threads = [.. _lanes.Select(lane => new Thread(() =>
        {
            try
            {
                foreach (int i in lane)
                {
                    results[i] = _players[i].Play(batch, tail, cancel);
                }
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = $"plays {Iuts[lane[0]].Name}" })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
        failure?.Throw();
        return [.. Enumerable.Range(0, batch.Count)
            .Select(n => (IReadOnlyList<Played>)[.. results.Select(r => r[n])])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IPlayer? player in _players)
        {
            player?.Dispose();
        }
    }
}
