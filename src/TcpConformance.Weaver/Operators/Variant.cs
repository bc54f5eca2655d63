using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Operators;

/// <summary>What a place may do instead: code for the same operands, with the same effect on the
/// stack.</summary>
/// <param name="Kind">What is exchanged.</param>
/// <param name="Change">In words.</param>
/// <param name="Code">The instructions; made once.</param>
internal sealed record Variant(OperatorKind Kind, string Change, params Instruction[] Code);
