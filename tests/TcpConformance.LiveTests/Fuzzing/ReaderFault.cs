namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>What readers of packets are known to get wrong; each is planted in
/// <see cref="FaultyReader"/>.</summary>
public enum ReaderFault
{
    /// <summary>None: the reader and the plain one agree.</summary>
    None,
    /// <summary>An option of length 0 counts as one of 2.</summary>
    OptionLengthZeroTaken,
    /// <summary>An option of length 0 is read again and again.</summary>
    OptionLengthZeroLoops,
    /// <summary>An option of length 1 is taken.</summary>
    OptionLengthOneTaken,
    /// <summary>An option may end one octet behind the header.</summary>
    OptionEndOffByOne,
    /// <summary>Segments are counted by division by the MSS, which may be 0.</summary>
    MssZeroDivides,
    /// <summary>The length of an MSS option is not looked at.</summary>
    MssLengthUnchecked,
    /// <summary>A fifth SACK block overruns the four there is room for.</summary>
    SackFiveBlocks,
    /// <summary>Timestamps are read whatever the option's length.</summary>
    TimestampLengthUnchecked,
    /// <summary>A shift above 14 is used as it is (RFC 7323 §2.3).</summary>
    WindowScaleUnclamped,
    /// <summary>Options behind the end of the list are read.</summary>
    EndOfListIgnored,
    /// <summary>Padding that is not zero goes unseen.</summary>
    PaddingUnchecked,
    /// <summary>A Fast Open cookie may have an odd length.</summary>
    CookieOdd,
    /// <summary>The urgent pointer has a sign.</summary>
    UrgentSigned,
    /// <summary>A data offset below five words is taken.</summary>
    DataOffsetSmall,
    /// <summary>A data offset behind the segment's end is taken.</summary>
    DataOffsetPast,
    /// <summary>The end of the text is computed with signed numbers.</summary>
    SequenceSigned,
    /// <summary>The last octet of an odd number counts as the low one.</summary>
    ChecksumOdd,
    /// <summary>The carry of the checksum is folded only once.</summary>
    ChecksumCarry,
    /// <summary>IPv4 options are taken for the payload.</summary>
    HeaderLengthIgnored,
    /// <summary>The link's padding belongs to the payload.</summary>
    TotalLengthIgnored,
    /// <summary>A total length beyond what has come is believed.</summary>
    TotalLengthPast,
    /// <summary>A later fragment is read as a beginning.</summary>
    FragmentTaken,
    /// <summary>An extension header of length field 0 is read again and again.</summary>
    ExtensionLoops,
}
