namespace TcpConformance.Weaver.Operators;

/// <summary>What is exchanged in an operator mutant.</summary>
public enum OperatorKind
{
    /// <summary>A comparison: the bound belongs to the other side.</summary>
    Comparison,

    /// <summary>A condition: true is false.</summary>
    Negation,

    /// <summary>An arithmetic or bitwise operator.</summary>
    Arithmetic,

    /// <summary>A number: one more, or one less.</summary>
    Constant,

    /// <summary>A call whose result nobody uses: it is not made.</summary>
    DroppedCall,

    /// <summary>An assignment to a field or property: it is not made.</summary>
    DroppedStore,
}
