using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>What has come to the IUT that it has to survive, and whether it has shown any sign of
/// life since: a silence that begins there is no matter of what was owed last.</summary>
internal sealed class SurvivalBook
{
    private const byte LargestShift = 14;

    private readonly Dictionary<SocketPair, RuleId> _byPair = [];
    private RuleId _last;

    /// <summary>Nothing has come that is to be survived.</summary>
    public void Clear()
    {
        _byPair.Clear();
        _last = RuleId.None;
    }

    /// <summary>A segment with a good checksum has been written to the link.</summary>
    public void ToIut(SocketPair pair, in SegmentView view)
    {
        TcpHeader h = view.Header;
        bool shift = h.Has(TcpFlags.Syn) && h.Options.Has(TcpOptionSet.WindowScale)
            && h.Options.WindowScale > LargestShift;
        bool urgent = h.Has(TcpFlags.Urg)
            && (h.UrgentPointer == 0 || h.UrgentPointer > h.TextLength);
        RuleId rule = view.Defect is not (SegmentDefect.None or SegmentDefect.DataAfterEndOfList)
                ? RuleId.IllegalOptionFatal
            : shift ? RuleId.ShiftTooLargeFatal
            : urgent ? RuleId.UrgentPointerFatal
            : RuleId.None;
        if (rule != RuleId.None)
        {
            _byPair[pair] = rule;
            _last = rule;
        }
    }

    /// <summary>The IUT lives, and so does this connection.</summary>
    public void FromIut(SocketPair pair, in TcpHeader h)
    {
        _last = RuleId.None;
        // Its SYN,ACK doesn't say yet that it can do with the shift.
        if (_byPair.Count > 0 && !(h.Has(TcpFlags.Syn)
            && _byPair.GetValueOrDefault(pair) == RuleId.ShiftTooLargeFatal))
        {
            _byPair.Remove(pair);
        }
    }

    /// <summary>The violation, by the name of what wasn't survived if it is a silence that began
    /// there.</summary>
    public Violation Explain(Violation violation)
    {
        RuleId rule = _byPair.GetValueOrDefault(violation.Pair, _last);
        bool silence = violation.IsSilence || (rule == RuleId.ShiftTooLargeFatal
            && violation.Rule == RuleTable.Get(RuleId.SynAckAfterAck).Name);
        // That a segment outside the window got no answer is no matter of its urgent pointer.
        bool isAnswer = violation.Rule == RuleTable.Get(RuleId.UnacceptableNoAck).Name;
        if (!silence || rule == RuleId.None || (isAnswer && rule == RuleId.UrgentPointerFatal))
        {
            return violation;
        }
        Rule survived = RuleTable.Get(rule);
        return violation with
        {
            Rule = survived.Name,
            Requirement = survived.Requirement,
            Words = new(() => $"{survived.Text} Since then: {violation.Message}"),
            Silence = violation,
        };
    }
}
