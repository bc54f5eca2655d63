using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Operators;

/// <summary>Finds what an instruction could be exchanged for.</summary>
internal sealed class VariantFinder
{
    private readonly MethodDefinition _method;

    public VariantFinder(MethodDefinition method) => _method = method;

    /// <summary>All variants of an instruction; none for most.</summary>
    public Variant[] Find(Instruction at)
    {
        if (at.Previous?.OpCode.OpCodeType == OpCodeType.Prefix)
        {
            return [];
        }
        Code code = at.OpCode.Code;
        if (OperatorTable.BranchOpposite.ContainsKey(code))
        {
            return Branch(at).ToArray();
        }
        if (OperatorTable.Arithmetic.TryGetValue(code, out OpCode instead))
        {
            return
            [
                new Variant(
                    OperatorKind.Arithmetic, Became(at.OpCode, instead),
                    Instruction.Create(instead)),
            ];
        }
        return code switch
        {
            Code.Ceq or Code.Cgt or Code.Clt or Code.Cgt_Un or Code.Clt_Un =>
                Compare(at).ToArray(),
            Code.Ldc_I4 or Code.Ldc_I8 or Code.Ldc_R8 => Constant(at).ToArray(),
            Code.Call or Code.Callvirt => Call(at).ToArray(),
            Code.Stfld => Store(at).ToArray(),
            _ => [],
        };
    }

    private static string Became(OpCode was, OpCode instead) => $"'{was}' became '{instead}'";

    private static IEnumerable<Variant> Branch(Instruction at)
    {
        // The compiler's own cache of a delegate.
        if (at.Previous is { OpCode.Code: Code.Dup } dup
            && dup.Previous?.Operand is FieldReference { Name: ['<', ..] })
        {
            yield break;
        }
        var target = (Instruction)at.Operand;
        if (OperatorTable.BranchBound.TryGetValue(at.OpCode.Code, out OpCode bound))
        {
            yield return new Variant(
                OperatorKind.Comparison, Became(at.OpCode, bound),
                Instruction.Create(bound, target));
        }
        OpCode opposite = OperatorTable.BranchOpposite[at.OpCode.Code];
        yield return new Variant(
            OperatorKind.Negation, Became(at.OpCode, opposite),
            Instruction.Create(opposite, target));
    }

    private static IEnumerable<Variant> Compare(Instruction at)
    {
        if (OperatorTable.CompareBound.TryGetValue(at.OpCode.Code, out OpCode bound))
        {
            yield return new Variant(
                OperatorKind.Comparison, $"'{at.OpCode}' became 'not {bound}'",
                Instruction.Create(bound), Instruction.Create(OpCodes.Ldc_I4_0),
                Instruction.Create(OpCodes.Ceq));
        }
        yield return new Variant(
            OperatorKind.Negation, $"'{at.OpCode}' became 'not {at.OpCode}'",
            Instruction.Create(at.OpCode), Instruction.Create(OpCodes.Ldc_I4_0),
            Instruction.Create(OpCodes.Ceq));
    }

    private static IEnumerable<Variant> Constant(Instruction at)
    {
        if (IsSizeOfMemory(at))
        {
            yield break;
        }
        switch (at.Operand)
        {
            case int and (0 or 1) and int bit:
                yield return Number(bit, 1 - bit, Instruction.Create(OpCodes.Ldc_I4, 1 - bit));
                break;
            case int number:
                int more = unchecked(number + 1);
                int less = unchecked(number - 1);
                yield return Number(number, more, Instruction.Create(OpCodes.Ldc_I4, more));
                yield return Number(number, less, Instruction.Create(OpCodes.Ldc_I4, less));
                break;
            case long number:
                long above = unchecked(number + 1);
                long below = unchecked(number - 1);
                yield return Number(number, above, Instruction.Create(OpCodes.Ldc_I8, above));
                yield return Number(number, below, Instruction.Create(OpCodes.Ldc_I8, below));
                break;
            case double number:
                yield return Number(
                    number, number + 1, Instruction.Create(OpCodes.Ldc_R8, number + 1));
                yield return Number(
                    number, number - 1, Instruction.Create(OpCodes.Ldc_R8, number - 1));
                break;
        }
    }

    private static Variant Number(object was, object instead, Instruction code) =>
        new(OperatorKind.Constant, $"{was} became {instead}", code);

    // A wrong size there is no fault of the protocol: it would corrupt our own memory.
    private static bool IsSizeOfMemory(Instruction at)
    {
        if (at.Next.OpCode.Code == Code.Newarr
            || at.Next.Operand is MethodReference { DeclaringType.Name: ['<', ..] })
        {
            return true;
        }
        Instruction? near = at.Next;
        for (int i = 0; i < 3 && near is not null; i++, near = near.Next)
        {
            if (near.OpCode.Code == Code.Localloc)
            {
                return true;
            }
        }
        return at.Previous?.OpCode.Code == Code.Localloc;
    }

    private static IEnumerable<Variant> Call(Instruction at)
    {
        var called = (MethodReference)at.Operand;
        if (called.DeclaringType.Name.StartsWith('<') || called.Name == ".ctor")
        {
            yield break;
        }
        if (!called.HasThis && called.Parameters.Count == 2
            && OperatorTable.Methods.TryGetValue(called.Name, out var exchanges))
        {
            foreach ((OperatorKind kind, string name) in exchanges)
            {
                if (Sibling(called, name) is MethodReference instead)
                {
                    yield return new Variant(
                        kind, $"{called.Name} became {name} of {called.DeclaringType.Name}",
                        Instruction.Create(OpCodes.Call, instead));
                }
            }
        }
        if (called.ReturnType.MetadataType == MetadataType.Void)
        {
            bool isStore = called.Name.StartsWith("set_", StringComparison.Ordinal);
            int count = called.Parameters.Count + (called.HasThis ? 1 : 0);
            yield return new Variant(
                isStore ? OperatorKind.DroppedStore : OperatorKind.DroppedCall,
                $"{Short(called.DeclaringType)}.{called.Name} is not called", Pops(count));
        }
    }

    // The operator of the same type for the same operands.
    private static MethodReference? Sibling(MethodReference called, string name)
    {
        TypeDefinition? type = called.DeclaringType.Resolve();
        bool exists = type is not null && !called.IsGenericInstance && type.Methods.Any(m =>
            m.Name == name && m.IsPublic && !m.HasGenericParameters
            && m.ReturnType.FullName == called.ReturnType.FullName
            && m.Parameters.Select(p => p.ParameterType.FullName)
                .SequenceEqual(called.Parameters.Select(p => p.ParameterType.FullName)));
        if (!exists)
        {
            return null;
        }
        var sibling = new MethodReference(name, called.ReturnType, called.DeclaringType);
        foreach (ParameterDefinition parameter in called.Parameters)
        {
            sibling.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        }
        return sibling;
    }

    private IEnumerable<Variant> Store(Instruction at)
    {
        var field = (FieldReference)at.Operand;
        // Without its parts an object can't live: that says nothing about the protocol.
        if ((_method.IsConstructor && !field.FieldType.IsValueType) || field.Name.StartsWith('<'))
        {
            yield break;
        }
        yield return new Variant(
            OperatorKind.DroppedStore, $"{Short(field.DeclaringType)}.{field.Name} is not set",
            Pops(2));
    }

    private static Instruction[] Pops(int count) => Enumerable.Range(0, count)
        .Select(_ => Instruction.Create(OpCodes.Pop)).ToArray();

    private static string Short(TypeReference type) => type.Name.Split('`')[0];
}
