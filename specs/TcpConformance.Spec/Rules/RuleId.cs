#pragma warning disable CS1591 // Each member is explained in RuleTable, where it can be printed.
namespace TcpConformance.Spec.Rules;

/// <summary>Names of the oracle's rules; <see cref="RuleTable"/> says what each means.</summary>
public enum RuleId : byte
{
    None,

    // Form of every segment
    ChecksumWrong, DataOffsetWrong, OptionMalformed, PaddingNotZero, ReservedBitsSet,
    FlagsImpossible, AckBitMissing, EcnNotAgreed, MssWithoutSyn, WindowScaleWithoutSyn,
    WindowScaleNotOffered, WindowScaleTooLarge, SackPermittedWithoutSyn, SackPermittedNotOffered,
    SackNotPermitted, SackBlockNotReceived, SackFirstNotNewest, TimestampsNotOffered,
    TimestampsMissing, TimestampsNotAgreed, TsValBackwards, TsEcrWrong, TsEcrNotZero,
    TextBeyondMss, MssAnnouncedTooLarge, MssMissing, MssLessOptions, TsValStandsStill, SackMissing,
    SackBlockNotIsolated, DuplicateSackUnfounded, TsClockTooFast,

    // Sequence numbers
    SynNotAtIss, IsnNotLarger, SynAckWrong, TextGap, TextChanged, TextNotFromUser, TextAfterFin,
    FinMoved, FinBeforeText, FinUnasked, AckSequenceWrong, UrgentUnasked,

    // Acknowledgment numbers
    AckBeyondReceived, AckBackwards, AckStale, TextDropped,

    // Windows
    TextBeyondWindow, TextInShrunkWindow, WindowShrunk, WindowScaledUnagreed, WindowSilly,
    SmallSegmentNagle, SmallSegmentFillsWindow,
    ProbeTooEarly, ProbeIntervalShrinks, ProbeMissing,

    // Answers by state
    ClosedNoReset, ClosedResetWrong, ClosedResetNoAckWrong, ClosedResetAnswered, ClosedSends,
    ListenResetAnswered, ListenAckNoReset, ListenAckResetWrong, ListenSynNoSynAck,
    ListenOtherAnswered, SynUnasked, SynMissing, SynSentBadAckNoReset, SynSentResetTaken,
    SynSentResetIgnored, SynSentNoAck, SynSentNoSynAck, SynSentOtherAnswered, UnacceptableNoAck,
    UnacceptableAnswerWrong, ZeroWindowAckIgnored, AckedTextSentAgain,
    StraddlingRefused, BeyondWindowTaken,
    DamagedTaken, BadOffsetTaken, ResetOutsideAnswered, ResetOutsideTaken, ResetExactIgnored,
    ResetInsideNoChallenge, ResetInsideTaken, SynNoChallenge, SynTaken, AckMissingBitTaken,
    AckAboveNoAck, AckAboveTextTaken, AckBelowNoChallenge, SynReceivedBadAckNoReset,
    SynReceivedAckRefused, SynReceivedNotListening, PawsNoAck, PawsTaken, PawsAfterIdle,
    UntimedSegmentTaken, AckUnasked, ResetUnasked, SynAckUnasked, SynAckAfterAck, SynSentAck,
    SynSentGoesOn,
    SentAfterReset, LastAckTooLong, LastAckEndedEarly, TextInTimeWait, TextAckLate,
    SecondSegmentAckLate, OutOfOrderAckLate, GapFillAckLate, FinAckLate, ClosingForgotten,
    CloseInSynReceivedForgotten, LostTextNoReset, TimeWaitSynRefused, TextTakenAfterFin,
    FinNotSent, FinNotSentCloseWait, TextNotSent, AbortNoReset,

    // Timers
    RetransmissionMissing, RetransmissionTooEarly, InitialRtoTooShort, BackoffMissing,
    RtoAfterSynTooShort, RetransmissionNotOldest, BackoffForgotten,
    GaveUpTooEarly, GaveUpSynTooEarly, GaveUpNever, KeepAliveOneIsDeath, KeepAliveUnasked,
    KeepAliveTooEarly, KeepAliveDefaultTooShort, FinWait2GivenUp, TimeWaitTooShort, TimeWaitTooLong,
    TimeWaitNotReturned,

    // Congestion
    InitialFlightTooLarge, RestartWindowIgnored, LimitedTransmitTooMuch, SlowStartTooFast,
    WindowNotDeflated, FastRetransmitMissing, TimeoutFlightTooLarge,
    RecoveryFlightTooLarge, FlightAfterLostSynTooLarge,

    // The user's side
    UserTextWrong, UserTextInvented, UserEndWithoutFin, UserEndBeforeText, UserNotToldReset,
    UserNotToldEnd, RefusalUntold, AbortUntold, CloseUntold, UserTextNotDelivered,
    UserErrorUnfounded, SoftErrorAborts,

    // What has to be survived
    IllegalOptionFatal, UrgentPointerFatal, ShiftTooLargeFatal,

    // Across connections
    IsnRepeats, IsnPredictable, AddressWrong,
}
