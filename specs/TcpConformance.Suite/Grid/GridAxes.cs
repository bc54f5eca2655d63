namespace TcpConformance.Suite.Grid;

/// <summary>Where SEG.SEQ stands, relative to the IUT's receive window.</summary>
internal enum SeqPosition
{
    /// <summary>RCV.NXT.</summary>
    Exact,
    /// <summary>One below RCV.NXT.</summary>
    JustLeft,
    /// <summary>Far below RCV.NXT, further than any window reaches.</summary>
    FarLeft,
    /// <summary>Within the window, a hundred above RCV.NXT.</summary>
    Inside,
    /// <summary>The last number of the window.</summary>
    LastInside,
    /// <summary>The first number above the window.</summary>
    RightEdge,
    /// <summary>Far above the window.</summary>
    FarRight,
}

/// <summary>Where SEG.ACK stands, relative to what the IUT has sent.</summary>
internal enum AckPosition
{
    /// <summary>No ACK bit.</summary>
    Absent,
    /// <summary>SND.NXT.</summary>
    Next,
    /// <summary>One below SND.UNA.</summary>
    Old,
    /// <summary>Below SND.UNA - MAX.SND.WND.</summary>
    Ancient,
    /// <summary>One above SND.NXT.</summary>
    JustAbove,
    /// <summary>Far above SND.NXT.</summary>
    FarAbove,
}

/// <summary>The controls and text of a stimulus.</summary>
internal enum Stimulus
{
    /// <summary>No control at all.</summary>
    Nothing,
    /// <summary>Nothing but perhaps ACK.</summary>
    Bare,
    /// <summary>Ten octets of text.</summary>
    Text,
    /// <summary>Text with PSH and URG.</summary>
    UrgentText,
    /// <summary>RST.</summary>
    Reset,
    /// <summary>RST with text (SHLD-2).</summary>
    ResetWithText,
    /// <summary>SYN.</summary>
    Syn,
    /// <summary>FIN.</summary>
    Fin,
    /// <summary>Text and FIN.</summary>
    TextFin,
    /// <summary>SYN and FIN.</summary>
    SynFin,
    /// <summary>SYN and RST.</summary>
    SynReset,
    /// <summary>Every control.</summary>
    Everything,
}

/// <summary>The options of a stimulus.</summary>
internal enum OptionsOf
{
    /// <summary>What the connection has agreed to.</summary>
    Agreed,
    /// <summary>Timestamps are agreed, and TSval is old (PAWS).</summary>
    OldTimestamp,
    /// <summary>Timestamps are agreed, and missing.</summary>
    NoTimestamp,
    /// <summary>Timestamps that were not agreed.</summary>
    UnagreedTimestamp,
    /// <summary>An option that nobody knows.</summary>
    Unknown,
    /// <summary>MSS, which belongs to a SYN.</summary>
    Mss,
}
