using TcpConformance.Spec.Emission;

namespace TcpConformance.Harness.Judging;

/// <summary>What a segment from the IUT is, where several histories permit it and see it
/// differently: no more than all that conform are sure of.</summary>
internal struct SeenKind
{
    private EmissionKind _kind;
    private bool _any;
    private bool _isClean;

    /// <summary>Whether one of those that count sees a window probe.</summary>
    public bool IsProbe { get; private set; }

    /// <summary>What it is: where one history sees a probe, no other is sure that the timer has
    /// expired.</summary>
    public readonly EmissionKind Kind =>
        IsProbe && _kind == EmissionKind.Timeout ? EmissionKind.Again : _kind;

    /// <summary>A history permits the segment.</summary>
    /// <param name="kind">As what.</param>
    /// <param name="clean">The history is a conforming one; others count only without such.</param>
    public void Note(EmissionKind kind, bool clean)
    {
        if (!clean && _isClean)
        {
            return;
        }
        bool first = !_any || clean != _isClean;
        _kind = first ? kind : Weaker(_kind, kind);
        IsProbe = (IsProbe && !first) || kind == EmissionKind.Probe;
        _isClean = clean;
        _any = true;
    }

    private static EmissionKind Weaker(EmissionKind one, EmissionKind other) => (one, other) switch
    {
        (EmissionKind.Probe, _) => other,
        (EmissionKind.Timeout, EmissionKind.Again) => other, // nobody is sure that it has expired
        _ => one,
    };
}
