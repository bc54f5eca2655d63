using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Coverage;

/// <summary>Puts a call of <see cref="CoverageHooks"/> before comparisons.</summary>
internal sealed class CompareWeaver
{
    private readonly ModuleDefinition _module;
    private readonly MethodReference _constant4;
    private readonly MethodReference _constant8;
    private readonly MethodReference _any4;
    private readonly MethodReference _any8;
    private readonly MethodReference _switch;
    private readonly MethodReference _equal;

    public CompareWeaver(ModuleDefinition module)
    {
        _module = module;
        _constant4 = Hook(nameof(CoverageHooks.CompareConstant4));
        _constant8 = Hook(nameof(CoverageHooks.CompareConstant8));
        _any4 = Hook(nameof(CoverageHooks.Compare4));
        _any8 = Hook(nameof(CoverageHooks.Compare8));
        _switch = Hook(nameof(CoverageHooks.Switch));
        _equal = Hook(nameof(CoverageHooks.SequenceEqual));
    }

    private MethodReference Hook(string name) =>
        _module.ImportReference(typeof(CoverageHooks).GetMethod(name));

    /// <summary>Weaves a method.</summary>
    /// <param name="body">Its body, without short forms.</param>
    /// <param name="targets">What can be branched to: nothing is said of what stands before
    /// those.</param>
    public void Weave(MethodBody body, HashSet<Instruction> targets)
    {
        foreach (Instruction at in body.Instructions.ToArray())
        {
            if (at.OpCode.Code == Code.Call && IsSpanEqual(at.Operand))
            {
                at.Operand = _equal;
            }
            if (targets.Contains(at) || at.Previous is not Instruction last)
            {
                continue;
            }
            if (at.OpCode.Code == Code.Switch)
            {
                Switch(body, at, last, targets);
            }
            else if (IsCompare(at.OpCode.Code))
            {
                Compare(body, at, last, targets);
            }
        }
    }

    private static void Insert(
        MethodBody body, Instruction before, params ReadOnlySpan<Instruction> woven)
    {
        ILProcessor il = body.GetILProcessor();
        foreach (Instruction instruction in woven)
        {
            il.InsertBefore(before, instruction);
        }
    }

    // 'ldc K; sub; switch' has the labels K, K + 1, ...
    private void Switch(
        MethodBody body, Instruction at, Instruction last, HashSet<Instruction> targets)
    {
        bool shifted = last.OpCode.Code is Code.Sub && !targets.Contains(last)
            && last.Previous?.OpCode.Code == Code.Ldc_I4;
        int first = shifted ? (int)last.Previous!.Operand : 0;
        Insert(
            body, at,
            Instruction.Create(OpCodes.Dup), Instruction.Create(OpCodes.Ldc_I4, first),
            Instruction.Create(OpCodes.Ldc_I4, ((Instruction[])at.Operand).Length),
            Instruction.Create(OpCodes.Call, _switch));
    }

    private void Compare(
        MethodBody body, Instruction at, Instruction last, HashSet<Instruction> targets)
    {
        if (last.OpCode.Code == Code.Ldc_I4 && !targets.Contains(last))
        {
            // Against zero there is nothing to learn that the branch does not tell.
            if ((int)last.Operand != 0 && StackType.IsInt32(last.Previous, targets))
            {
                Insert(
                    body, last,
                    Instruction.Create(OpCodes.Dup),
                    Instruction.Create(OpCodes.Ldc_I4, (int)last.Operand),
                    Instruction.Create(OpCodes.Call, _constant4));
            }
            return;
        }
        if (LongConstant(last, targets) is (Instruction start, long constant))
        {
            if (constant != 0)
            {
                Insert(
                    body, start,
                    Instruction.Create(OpCodes.Dup),
                    Instruction.Create(OpCodes.Ldc_I8, constant),
                    Instruction.Create(OpCodes.Call, _constant8));
            }
            return;
        }
        if (StackType.IsInt32(last, targets))
        {
            Pair(body, at, _module.TypeSystem.Int32, _any4);
        }
        else if (StackType.IsInt64(last, targets))
        {
            Pair(body, at, _module.TypeSystem.Int64, _any8);
        }
    }

    // 'ldc.i8', or 'ldc.i4; conv.i8' for a small one.
    private static (Instruction Start, long Constant)? LongConstant(
        Instruction last, HashSet<Instruction> targets)
    {
        if (targets.Contains(last))
        {
            return null;
        }
        if (last.OpCode.Code == Code.Ldc_I8)
        {
            return (last, (long)last.Operand);
        }
        return last.OpCode.Code is Code.Conv_I8 or Code.Conv_U8
            && last.Previous is { OpCode.Code: Code.Ldc_I4 } small && !targets.Contains(small)
            ? (small, last.OpCode.Code == Code.Conv_I8
                ? (int)small.Operand
                : unchecked((uint)(int)small.Operand))
            : null;
    }

    private static void Pair(
        MethodBody body, Instruction at, TypeReference type, MethodReference hook)
    {
        var a = new VariableDefinition(type);
        var b = new VariableDefinition(type);
        body.Variables.Add(a);
        body.Variables.Add(b);
        Insert(
            body, at,
            Instruction.Create(OpCodes.Stloc, b), Instruction.Create(OpCodes.Stloc, a),
            Instruction.Create(OpCodes.Ldloc, a), Instruction.Create(OpCodes.Ldloc, b),
            Instruction.Create(OpCodes.Call, hook),
            Instruction.Create(OpCodes.Ldloc, a), Instruction.Create(OpCodes.Ldloc, b));
    }

    private static bool IsSpanEqual(object operand) => operand is GenericInstanceMethod
    {
        Name: nameof(MemoryExtensions.SequenceEqual),
        DeclaringType.FullName: "System.MemoryExtensions",
        GenericArguments: [{ FullName: "System.Byte" }],
        Parameters: [{ ParameterType.Name: "ReadOnlySpan`1" }, _],
    };

    private static bool IsCompare(Code code) => code
        is Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un
        or Code.Beq or Code.Bne_Un or Code.Bge or Code.Bge_Un or Code.Bgt or Code.Bgt_Un
        or Code.Ble or Code.Ble_Un or Code.Blt or Code.Blt_Un;
}
