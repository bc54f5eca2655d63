using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Coverage;

/// <summary>What kind of number an instruction leaves on the stack, where that is plain to see.
/// </summary>
internal static class StackType
{
    private const int Deepest = 8;

    /// <summary>Whether it is one of 32 bits for certain.</summary>
    public static bool IsInt32(Instruction? at, HashSet<Instruction> targets) =>
        BitsOf(at, targets, 0) == 32;

    /// <summary>Whether it is one of 64 bits for certain.</summary>
    public static bool IsInt64(Instruction? at, HashSet<Instruction> targets) =>
        BitsOf(at, targets, 0) == 64;

    // 0: neither, or not known.
    private static int BitsOf(Instruction? at, HashSet<Instruction> targets, int depth)
    {
        if (at is null || depth == Deepest)
        {
            return 0;
        }
        switch (at.OpCode.Code)
        {
            case Code.Ldc_I4:
            case Code.Conv_I1 or Code.Conv_I2 or Code.Conv_I4:
            case Code.Conv_U1 or Code.Conv_U2 or Code.Conv_U4:
            case Code.Conv_Ovf_I4 or Code.Conv_Ovf_U4 or Code.Conv_Ovf_I4_Un
                or Code.Conv_Ovf_U4_Un or Code.Conv_Ovf_U1 or Code.Conv_Ovf_U2
                or Code.Conv_Ovf_U1_Un or Code.Conv_Ovf_U2_Un:
            case Code.Ldind_I1 or Code.Ldind_U1 or Code.Ldind_I2 or Code.Ldind_U2
                or Code.Ldind_I4 or Code.Ldind_U4:
            case Code.Ldelem_I1 or Code.Ldelem_U1 or Code.Ldelem_I2 or Code.Ldelem_U2
                or Code.Ldelem_I4 or Code.Ldelem_U4:
            case Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un:
                return 32;
            case Code.Ldc_I8 or Code.Conv_I8 or Code.Conv_U8 or Code.Ldind_I8 or Code.Ldelem_I8:
                return 64;
            case Code.Add or Code.Sub or Code.And or Code.Or or Code.Xor or Code.Mul
                or Code.Add_Ovf or Code.Add_Ovf_Un or Code.Sub_Ovf or Code.Sub_Ovf_Un
                or Code.Mul_Ovf or Code.Mul_Ovf_Un or Code.Div or Code.Div_Un or Code.Rem
                or Code.Rem_Un:
                return targets.Contains(at) ? 0
                    : at.Previous?.OpCode.Code == Code.Ldc_I4
                        ? BelowConstant(at.Previous, targets, depth)
                        : BitsOf(at.Previous, targets, depth + 1);
            // The number of bits has a kind of its own.
            case Code.Shl or Code.Shr or Code.Shr_Un:
                return !targets.Contains(at) && at.Previous?.OpCode.Code == Code.Ldc_I4
                    ? BelowConstant(at.Previous, targets, depth)
                    : 0;
            default:
                return TypeOf(at) is TypeReference type ? BitsOf(type) : 0;
        }
    }

    // A constant of 32 bits may stand on top of a native number: what is below decides.
    private static int BelowConstant(
        Instruction constant, HashSet<Instruction> targets, int depth) =>
        targets.Contains(constant) ? 0 : BitsOf(constant.Previous, targets, depth + 1);

    private static TypeReference? TypeOf(Instruction at) => at.Operand switch
    {
        VariableReference local when at.OpCode.Code == Code.Ldloc => local.VariableType,
        ParameterDefinition argument when at.OpCode.Code == Code.Ldarg => argument.ParameterType,
        FieldReference field when at.OpCode.Code is Code.Ldfld or Code.Ldsfld => field.FieldType,
        MethodReference method when at.OpCode.Code is Code.Call or Code.Callvirt
            => method.ReturnType,
        TypeReference type when at.OpCode.Code is Code.Ldobj or Code.Ldelem_Any => type,
        _ => null,
    };

    private static int BitsOf(TypeReference type)
    {
        switch (type.MetadataType)
        {
            case MetadataType.Boolean or MetadataType.Char or MetadataType.SByte
                or MetadataType.Byte or MetadataType.Int16 or MetadataType.UInt16
                or MetadataType.Int32 or MetadataType.UInt32:
                return 32;
            case MetadataType.Int64 or MetadataType.UInt64:
                return 64;
            case MetadataType.ValueType when Resolve(type) is { IsEnum: true } enumeration:
                return BitsOf(enumeration.Fields.First(f => !f.IsStatic).FieldType);
            default:
                return 0;
        }
    }

    private static TypeDefinition? Resolve(TypeReference type)
    {
        try
        {
            return type.Resolve();
        }
        catch (AssemblyResolutionException)
        {
            return null;
        }
    }
}
