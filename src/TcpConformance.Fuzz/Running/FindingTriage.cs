using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>Looks at inputs under suspicion: what is wrong, whether that is known, the least input
/// that shows it. For one thread at a time.</summary>
public sealed class FindingTriage : IDisposable
{
    // A death costs a process, a hang its time, an exception nearly nothing.
    private const int ManyRuns = 3000;
    private const int Deaths = 40;
    private const int Endless = 8;
    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(2);

    private readonly FindingStore? _store;
    private readonly ProbeProcess _probe;
    private readonly TimeSpan _limit;

    internal FindingTriage(
        FuzzTarget target, FindingStore? store, ProbeProcess probe, TimeSpan? limit = null)
    {
        Target = target;
        _store = store;
        _probe = probe;
        _limit = limit ?? FuzzReplay.Limit;
    }

    internal FuzzTarget Target { get; }

    /// <summary>For inputs that something else than a campaign has found.</summary>
    /// <param name="program">The program, see <see cref="FuzzRequest.Program"/>.</param>
    /// <param name="target">The target.</param>
    /// <param name="store">Where findings are kept; null: nothing is to be kept.</param>
    public static FindingTriage Of(
        string program, FuzzTarget target, FindingStore? store = null) =>
        new(target, store, new ProbeProcess(AppContext.BaseDirectory, program, target));

    /// <summary>Looks at an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="said">What is known of it; its signature counts where the input alone does not
    /// show anything.</param>
    /// <param name="cancel">Ends the shortening early.</param>
    /// <returns>The finding and whether it is new; null: nothing is wrong.</returns>
    public (Finding Finding, bool IsNew)? Take(
        byte[] input, FuzzOutcome said, CancellationToken cancel = default)
    {
        FindingStore store = _store
            ?? throw new InvalidOperationException("there is no place for findings");
        FuzzOutcome seen = _probe.Run(input, _limit);
        bool replays = seen.Signature is not null;
        FuzzOutcome what = replays ? seen : said;
        if (what.Signature is not FindingSignature signature)
        {
            return null;
        }
        uint? alias = said.Signature?.Hash;
        if (Known(store, signature) is Finding known)
        {
            store.Count(known.Name, 0, alias);
            return (store.Find(known.Name)!, false);
        }
        byte[] least = replays ? Minimize(input, signature, cancel) : input;
        var finding = new Finding
        {
            Name = signature.Name,
            Target = Target.Name,
            Kind = signature.Kind,
            Signature = signature.Text,
            Message = (replays && !least.AsSpan().SequenceEqual(input)
                ? _probe.Run(least, _limit).Finding : what.Finding) ?? what.Finding!,
            FirstSeen = TimeProvider.System.GetUtcNow(),
            Times = 0,
            Replays = replays,
            OctetsFound = input.Length,
            Octets = least.Length,
            Replay = FuzzRequest.ReplayCommand(store.FolderOf(signature.Name)),
            Aliases = alias is uint a && a != signature.Hash
                ? [signature.Hash, a] : [signature.Hash],
        };
        store.Add(finding, least, input, what.Story);
        return (finding, true);
    }

    /// <summary>The least input found that shows the same.</summary>
    public byte[] Minimize(
        byte[] input, FindingSignature signature, CancellationToken cancel = default)
    {
        int budget = signature.Kind switch
        {
            FindingKind.Rule or FindingKind.Exception => ManyRuns,
            FindingKind.Crash or FindingKind.Sanitizer => Deaths,
            FindingKind.Hang or FindingKind.Memory => Endless,
        };
        TimeSpan limit = signature.Kind == FindingKind.Hang && _limit > ShortLimit
            ? ShortLimit : _limit;
        return InputMinimizer.Minimize(
            input,
            candidate => !cancel.IsCancellationRequested
                && _probe.Run(candidate, limit).Signature is FindingSignature now
                && now.IsLike(signature),
            budget);
    }

    /// <summary>What is wrong with an input.</summary>
    public FuzzOutcome Look(byte[] input) => _probe.Run(input, _limit);

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();

    // Hangs whose place nobody knows are like any other hang.
    private static Finding? Known(FindingStore store, FindingSignature signature) =>
        store.Find(signature.Name) ?? (signature.Kind is FindingKind.Hang or FindingKind.Memory
            && signature.Frames.Count == 0
            ? store.All.FirstOrDefault(f => f.Kind == signature.Kind)
            : null);
}
