namespace TcpConformance.Spec.Requirements;

/// <summary>How strongly an RFC asks for something (RFC 2119); never a kind of verdict.</summary>
public enum RequirementLevel
{
    /// <summary>MUST and MUST NOT.</summary>
    Must,

    /// <summary>SHOULD and SHOULD NOT.</summary>
    Should,

    /// <summary>MAY: a permission, which the oracle has to grant.</summary>
    May,

    /// <summary>RECOMMENDED, as in REC-1 of RFC 9293.</summary>
    Rec,
}
