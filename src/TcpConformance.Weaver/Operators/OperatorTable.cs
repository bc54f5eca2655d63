using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Operators;

/// <summary>Which instruction stands in for which.</summary>
internal static class OperatorTable
{
    /// <summary>Branches on two operands: the bound moved to the other side.</summary>
    internal static readonly IReadOnlyDictionary<Code, OpCode> BranchBound =
        new Dictionary<Code, OpCode>
        {
            [Code.Blt] = OpCodes.Ble,
            [Code.Ble] = OpCodes.Blt,
            [Code.Bgt] = OpCodes.Bge,
            [Code.Bge] = OpCodes.Bgt,
            [Code.Blt_Un] = OpCodes.Ble_Un,
            [Code.Ble_Un] = OpCodes.Blt_Un,
            [Code.Bgt_Un] = OpCodes.Bge_Un,
            [Code.Bge_Un] = OpCodes.Bgt_Un,
        };

    /// <summary>Conditional branches: the opposite condition.</summary>
    internal static readonly IReadOnlyDictionary<Code, OpCode> BranchOpposite =
        new Dictionary<Code, OpCode>
        {
            [Code.Blt] = OpCodes.Bge,
            [Code.Ble] = OpCodes.Bgt,
            [Code.Bgt] = OpCodes.Ble,
            [Code.Bge] = OpCodes.Blt,
            [Code.Blt_Un] = OpCodes.Bge_Un,
            [Code.Ble_Un] = OpCodes.Bgt_Un,
            [Code.Bgt_Un] = OpCodes.Ble_Un,
            [Code.Bge_Un] = OpCodes.Blt_Un,
            [Code.Beq] = OpCodes.Bne_Un,
            [Code.Bne_Un] = OpCodes.Beq,
            [Code.Brtrue] = OpCodes.Brfalse,
            [Code.Brfalse] = OpCodes.Brtrue,
        };

    /// <summary>Comparisons that leave 0 or 1: what is to be negated to move the bound.</summary>
    internal static readonly IReadOnlyDictionary<Code, OpCode> CompareBound =
        new Dictionary<Code, OpCode>
        {
            [Code.Cgt] = OpCodes.Clt,
            [Code.Clt] = OpCodes.Cgt,
            [Code.Cgt_Un] = OpCodes.Clt_Un,
            [Code.Clt_Un] = OpCodes.Cgt_Un,
        };

    /// <summary>Operators on two operands.</summary>
    internal static readonly IReadOnlyDictionary<Code, OpCode> Arithmetic =
        new Dictionary<Code, OpCode>
        {
            [Code.Add] = OpCodes.Sub,
            [Code.Sub] = OpCodes.Add,
            [Code.Add_Ovf] = OpCodes.Sub_Ovf,
            [Code.Sub_Ovf] = OpCodes.Add_Ovf,
            [Code.Add_Ovf_Un] = OpCodes.Sub_Ovf_Un,
            [Code.Sub_Ovf_Un] = OpCodes.Add_Ovf_Un,
            [Code.Mul] = OpCodes.Div,
            [Code.Mul_Ovf] = OpCodes.Div,
            [Code.Mul_Ovf_Un] = OpCodes.Div_Un,
            [Code.Div] = OpCodes.Mul,
            [Code.Div_Un] = OpCodes.Mul,
            [Code.Rem] = OpCodes.Mul,
            [Code.Rem_Un] = OpCodes.Mul,
            [Code.And] = OpCodes.Or,
            [Code.Or] = OpCodes.And,
            [Code.Xor] = OpCodes.And,
            [Code.Shl] = OpCodes.Shr_Un,
            [Code.Shr] = OpCodes.Shl,
            [Code.Shr_Un] = OpCodes.Shl,
        };

    /// <summary>Operators that are methods, and others of the same form: what stands in for them.
    /// </summary>
    internal static readonly
        IReadOnlyDictionary<string, (OperatorKind Kind, string Instead)[]> Methods =
        new Dictionary<string, (OperatorKind, string)[]>
        {
            ["op_LessThan"] = Pair("op_LessThanOrEqual", "op_GreaterThanOrEqual"),
            ["op_LessThanOrEqual"] = Pair("op_LessThan", "op_GreaterThan"),
            ["op_GreaterThan"] = Pair("op_GreaterThanOrEqual", "op_LessThanOrEqual"),
            ["op_GreaterThanOrEqual"] = Pair("op_GreaterThan", "op_LessThan"),
            ["op_Equality"] = [(OperatorKind.Negation, "op_Inequality")],
            ["op_Inequality"] = [(OperatorKind.Negation, "op_Equality")],
            ["op_Addition"] = [(OperatorKind.Arithmetic, "op_Subtraction")],
            ["op_Subtraction"] = [(OperatorKind.Arithmetic, "op_Addition")],
            ["op_Multiply"] = [(OperatorKind.Arithmetic, "op_Division")],
            ["op_Division"] = [(OperatorKind.Arithmetic, "op_Multiply")],
            ["Min"] = [(OperatorKind.Arithmetic, "Max")],
            ["Max"] = [(OperatorKind.Arithmetic, "Min")],
        };

    private static (OperatorKind Kind, string Instead)[] Pair(string bound, string opposite) =>
        [(OperatorKind.Comparison, bound), (OperatorKind.Negation, opposite)];
}
