using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Rules of form, which need no history (RFC 9293 §3.1, §3.2).</summary>
public static class Form
{
    private const byte MaximumShift = 14;

    /// <summary>The first rule that a segment from the IUT breaks; None if none.</summary>
    public static RuleId Judge(IpAddress source, IpAddress destination, in SegmentView view)
    {
        if (!Checksum.IsValid(source, destination, view.Bytes))
        {
            return RuleId.ChecksumWrong;
        }
        RuleId defect = OfDefect(view.Defect);
        return defect != RuleId.None ? defect : OfHeader(in view.Header);
    }

    private static RuleId OfDefect(SegmentDefect defect) => defect switch
    {
        SegmentDefect.None => RuleId.None,
        SegmentDefect.HeaderTruncated or SegmentDefect.DataOffsetTooSmall
            or SegmentDefect.DataOffsetPastSegment => RuleId.DataOffsetWrong,
        SegmentDefect.DataAfterEndOfList => RuleId.PaddingNotZero,
        SegmentDefect.OptionLengthZero or SegmentDefect.OptionLengthOne
            or SegmentDefect.OptionLengthMissing or SegmentDefect.OptionPastHeader
            or SegmentDefect.OptionWrongLength or SegmentDefect.OptionRepeated
            => RuleId.OptionMalformed,
    };

    private static RuleId OfHeader(in TcpHeader h)
    {
        if (h.Flags.HasAny(TcpFlags.Reserved))
        {
            return RuleId.ReservedBitsSet;
        }
        bool syn = h.Has(TcpFlags.Syn);
        bool fin = h.Has(TcpFlags.Fin);
        bool rst = h.Has(TcpFlags.Rst);
        if ((syn && fin) || (syn && rst) || (fin && rst) || (fin && !h.Has(TcpFlags.Ack))
            || h.Flags == TcpFlags.None)
        {
            return RuleId.FlagsImpossible;
        }
        if (!syn && !rst && !h.Has(TcpFlags.Ack))
        {
            return RuleId.AckBitMissing;
        }
        return syn ? OfSyn(in h.Options) : OfOthers(in h.Options);
    }

    private static RuleId OfSyn(in TcpOptions o) =>
        o.WindowScale > MaximumShift ? RuleId.WindowScaleTooLarge : RuleId.None;

    private static RuleId OfOthers(in TcpOptions o) =>
        o.Has(TcpOptionSet.Mss) ? RuleId.MssWithoutSyn
        : o.Has(TcpOptionSet.WindowScale) ? RuleId.WindowScaleWithoutSyn
        : o.Has(TcpOptionSet.SackPermitted) ? RuleId.SackPermittedWithoutSyn
        : RuleId.None;
}
