namespace TcpConformance.Weaver.Operators;

/// <summary>One mutant that was woven in.</summary>
/// <param name="Id">Stable as long as its method is: method, kind, place within the method and
/// letter of the variant, as in <c>TcpConnection.TakeAck/constant-2b</c>.</param>
/// <param name="Kind">What is exchanged.</param>
/// <param name="Place">For <see cref="MutantSwitch.Activate"/>.</param>
/// <param name="Variant">For <see cref="MutantSwitch.Activate"/>, from 1 on.</param>
/// <param name="Change">In a few words what became of what, in terms of the instruction set.
/// </param>
/// <param name="Source">Where it stands; null without debug information.</param>
public sealed record OperatorMutant(
    string Id, OperatorKind Kind, int Place, int Variant, string Change, SourceSpan? Source)
{
    /// <summary>One sentence for people.</summary>
    public string Sentence => Source is null ? $"{Id}: {Change}" : $"{Source}: {Change}";
}
