namespace TcpConformance.Spec.Requirements;

/// <summary>One requirement of an RFC, in our own words.</summary>
/// <param name="Id">
/// The RFC and the number that it gives (<c>rfc9293/MUST-12</c>), or the section and a counter
/// where it gives none (<c>rfc5961/3.2/1</c>).
/// </param>
/// <param name="Rfc">The RFC, as in <c>rfc9293</c>.</param>
/// <param name="Section">The section of that RFC, as in <c>3.10.7.4</c>.</param>
/// <param name="Level">How strongly the RFC asks for it.</param>
/// <param name="Text">What it asks, in one line.</param>
/// <param name="Subject">Whom it binds where that is not the TCP, as in <c>application</c>.</param>
public sealed record Requirement(
    string Id,
    string Rfc,
    string Section,
    RequirementLevel Level,
    string Text,
    string? Subject = null);
