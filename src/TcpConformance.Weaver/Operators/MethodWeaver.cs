using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace TcpConformance.Weaver.Operators;

/// <summary>Weaves the mutants of one method after the other.</summary>
internal sealed class MethodWeaver
{
    // Shorter ones are properties and the like: calls of them cost no fuel.
    private const int ShortMethod = 12;

    private readonly FieldReference _guards;
    private readonly MethodReference _hit;
    private readonly MethodReference _burn;
    private int _places;

    public MethodWeaver(ModuleDefinition module)
    {
        Type home = typeof(MutantSwitch);
        _guards = module.ImportReference(home.GetField(nameof(MutantSwitch.Guards)));
        _hit = module.ImportReference(home.GetMethod(nameof(MutantSwitch.Hit)));
        _burn = module.ImportReference(home.GetMethod(nameof(MutantSwitch.Burn)));
    }

    /// <summary>Weaves a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="name">Its name in ids.</param>
    public IEnumerable<OperatorMutant> Weave(MethodDefinition method, string name)
    {
        MethodBody body = method.Body;
        Func<int, SourceSpan?> lines = SourceSpan.Of(method);
        HashSet<Instruction> loops = LoopHeads(body);
        if (body.Instructions.Count >= ShortMethod)
        {
            loops.Add(body.Instructions[0]);
        }
        body.SimplifyMacros();
        var finder = new VariantFinder(method);
        var mutants = new List<OperatorMutant>();
        var counts = new Dictionary<OperatorKind, int>();
        // What is woven in is no place for more.
        foreach (Instruction at in body.Instructions.ToArray())
        {
            Variant[] variants = finder.Find(at);
            if (variants.Length == 0)
            {
                continue;
            }
            SourceSpan? line = lines(at.Offset);
            int place = _places++;
            if (place >= MutantSwitch.Places)
            {
                throw new InvalidOperationException($"more than {place} places to mutate");
            }
            mutants.AddRange(Named(variants, name, place, line, counts));
            Guard(body, at, place, variants);
        }
        foreach (Instruction head in loops)
        {
            MoveBehind(body, head);
            head.OpCode = OpCodes.Call;
            head.Operand = _burn;
        }
        // The debug information no longer fits the instructions.
        method.DebugInformation.SequencePoints.Clear();
        method.DebugInformation.Scope = null;
        body.OptimizeMacros();
        return mutants;
    }

    private static IEnumerable<OperatorMutant> Named(
        Variant[] variants, string name, int place, SourceSpan? line,
        Dictionary<OperatorKind, int> counts)
    {
        foreach (IGrouping<OperatorKind, (Variant Variant, int Index)> kind in
            variants.Select((v, i) => (v, i)).GroupBy(v => v.v.Kind))
        {
            int ordinal = counts[kind.Key] = counts.GetValueOrDefault(kind.Key) + 1;
            char letter = 'a';
            foreach ((Variant v, int index) in kind)
            {
                string mark = kind.Count() > 1 ? (letter++).ToString() : "";
                yield return new OperatorMutant(
                    $"{name}/{WordOf(kind.Key)}-{ordinal}{mark}", v.Kind, place, index + 1,
                    v.Change, line);
            }
        }
    }

    private static string WordOf(OperatorKind kind) => kind switch
    {
        OperatorKind.Comparison => "comparison",
        OperatorKind.Negation => "negation",
        OperatorKind.Arithmetic => "arithmetic",
        OperatorKind.Constant => "constant",
        OperatorKind.DroppedCall => "call",
        OperatorKind.DroppedStore => "store",
    };

    // Targets of branches that go back.
    private static HashSet<Instruction> LoopHeads(MethodBody body)
    {
        HashSet<Instruction> heads = [];
        foreach (Instruction from in body.Instructions)
        {
            Instruction[] targets = from.Operand switch
            {
                Instruction one => [one],
                Instruction[] many => many,
                _ => [],
            };
            heads.UnionWith(targets.Where(t => t.Offset <= from.Offset));
        }
        return heads;
    }

    // 'at' stays the instruction that others branch to, and becomes the first of the guard. All of
    // it stands in line: a branch out of a protected block would not be allowed.
    private void Guard(MethodBody body, Instruction at, int place, Variant[] variants)
    {
        Instruction next = at.Next;
        Instruction original = MoveBehind(body, at);
        at.OpCode = OpCodes.Ldsfld;
        at.Operand = _guards;
        List<Instruction> woven =
        [
            Instruction.Create(OpCodes.Ldc_I4, place),
            Instruction.Create(OpCodes.Ldelem_U1),
            Instruction.Create(OpCodes.Brfalse, original),
            Instruction.Create(OpCodes.Ldc_I4, place),
            Instruction.Create(OpCodes.Call, _hit),
            Instruction.Create(OpCodes.Switch, variants.Select(v => v.Code[0]).ToArray()),
            Instruction.Create(OpCodes.Br, original),
        ];
        foreach (Variant variant in variants)
        {
            woven.AddRange(variant.Code);
            woven.Add(Instruction.Create(OpCodes.Br, next));
        }
        ILProcessor il = body.GetILProcessor();
        foreach (Instruction instruction in woven)
        {
            il.InsertBefore(original, instruction);
        }
    }

    private static Instruction MoveBehind(MethodBody body, Instruction at)
    {
        Instruction copy = Instruction.Create(OpCodes.Nop);
        copy.OpCode = at.OpCode;
        copy.Operand = at.Operand;
        body.GetILProcessor().InsertAfter(at, copy);
        return copy;
    }
}
