using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>An ICMP error that quotes the last segment of the IUT on the connection.</summary>
/// <param name="Kind">Unreachable, PacketTooBig, TimeExceeded, ParameterProblem, or (IPv4)
/// SourceQuench.</param>
/// <param name="Code">The code.</param>
/// <param name="Parameter">The word behind the checksum, e.g. the MTU.</param>
/// <param name="SeqOffset">Added to the quoted sequence number: an attacker has to guess it
/// (RFC 5927 §4.1).</param>
public sealed record IcmpStep(IcmpKind Kind, byte Code, int Parameter = 0, int SeqOffset = 0)
    : SessionStep
{
    internal const string Verb = "icmp";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Verb} {StepWords.TextOf(Kind)} code={Code}"
        + (Parameter == 0 ? "" : $" value={Parameter}")
        + (SeqOffset == 0 ? "" : $" off={SeqOffset}");

    internal static IcmpStep Read(StepWords w) => new(
        w.Name<IcmpKind>(w.Word()), (byte)(w.Number("code", 0, 255) ?? 0),
        (int)(w.Number("value", 0, int.MaxValue) ?? 0),
        (int)(w.Number("off", int.MinValue, int.MaxValue) ?? 0));
}
