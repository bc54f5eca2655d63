using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace TcpConformance.Weaver.Coverage;

/// <summary>Weaves counters of basic blocks and reports of comparisons into assemblies.</summary>
/// <remarks>One weaver for all assemblies of a process: each counter is used once.</remarks>
public sealed class CoverageWeaver
{
    private readonly List<CoverageBlock> _blocks = [];

    /// <summary>Whether each block is counted, as a report of lines needs it; if not, those from
    /// which the others follow.</summary>
    public bool EveryBlock { get; init; }

    /// <summary>Counters so far, in all assemblies.</summary>
    public int Counters => _blocks.Count;

    /// <summary>For each counter its block.</summary>
    public IReadOnlyList<CoverageBlock> Blocks => _blocks;

    /// <summary>For each counter the full name of its method.</summary>
    public IReadOnlyList<string> Methods => [.. _blocks.Select(b => b.Method)];

    /// <summary>Weaves an assembly; its debug information is kept.</summary>
    /// <param name="source">The assembly.</param>
    /// <param name="target">Where the woven one is written, another file.</param>
    /// <param name="includes">Whether a type, by its full name, is woven; null: all are.</param>
    public void Weave(string source, string target, Predicate<string>? includes = null)
    {
        bool symbols = File.Exists(Path.ChangeExtension(source, ".pdb"));
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(Path.GetFullPath(source)));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(
            source, new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = symbols,
            });
        ModuleDefinition module = assembly.MainModule;
        var compares = new CompareWeaver(module);
        FieldReference counters = module.ImportReference(
            typeof(CoverageMap).GetField(nameof(CoverageMap.Counters)));
        foreach (TypeDefinition type in module.GetTypes().ToArray())
        {
            if (includes is not null && !includes(type.FullName))
            {
                continue;
            }
            foreach (MethodDefinition method in type.Methods.Where(m => m.HasBody))
            {
                Weave(method, compares, counters);
            }
        }
        // What was compiled ahead of time no longer fits the instructions.
        module.Attributes = ModuleAttributes.ILOnly;
        module.Architecture = TargetArchitecture.I386;
        assembly.Write(target, new WriterParameters { WriteSymbols = symbols });
    }

    private void Weave(MethodDefinition method, CompareWeaver compares, FieldReference counters)
    {
        MethodBody body = method.Body;
        if (body.Instructions.Count == 0)
        {
            return;
        }
        body.SimplifyMacros();
        HashSet<Instruction> targets = Targets(body);
        Instruction[] leaders = [.. Leaders(body, targets)];
        leaders = EveryBlock ? leaders : Telling(method, leaders);
        IReadOnlyList<CoverageBlock> blocks = CoverageBlock.Of(method, leaders);
        compares.Weave(body, targets);
        for (int i = 0; i < leaders.Length; i++)
        {
            if (_blocks.Count == CoverageMap.Capacity)
            {
                throw new InvalidOperationException("more blocks than there are counters");
            }
            Count(body, leaders[i], _blocks.Count, counters);
            _blocks.Add(blocks[i]);
        }
        body.OptimizeMacros();
    }

    // A method without a branch says nothing that its caller does not say, if that is woven too.
    private static Instruction[] Telling(MethodDefinition method, Instruction[] leaders) =>
        leaders.Length == 1 && !method.IsVirtual && !method.Name.Contains('<')
            && (method.IsPrivate || method.IsAssembly || method.IsSpecialName)
            ? []
            : [.. new BlockGraph(method.Body, leaders).Telling()];

    // What can be reached from elsewhere than from the instruction before.
    private static HashSet<Instruction> Targets(MethodBody body)
    {
        HashSet<Instruction> targets = [];
        foreach (Instruction from in body.Instructions)
        {
            if (from.Operand is Instruction one)
            {
                targets.Add(one);
            }
            else if (from.Operand is Instruction[] many)
            {
                targets.UnionWith(many);
            }
        }
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            targets.Add(handler.TryStart);
            targets.Add(handler.HandlerStart);
            if (handler.FilterStart is not null)
            {
                targets.Add(handler.FilterStart);
            }
        }
        return targets;
    }

    private static IEnumerable<Instruction> Leaders(
        MethodBody body, HashSet<Instruction> targets) =>
        from i in body.Instructions
        where i.Previous is null || targets.Contains(i)
            || i.Previous.OpCode.FlowControl == FlowControl.Cond_Branch
        // Between a tail call and its return nothing may stand.
        where i.Previous?.Previous?.OpCode != OpCodes.Tail
        select i;

    // 'at' stays the instruction that others branch to, and becomes the first of the counting.
    private static void Count(
        MethodBody body, Instruction at, int counter, FieldReference counters)
    {
        Instruction original = Instruction.Create(OpCodes.Nop);
        original.OpCode = at.OpCode;
        original.Operand = at.Operand;
        ILProcessor il = body.GetILProcessor();
        il.InsertAfter(at, original);
        at.OpCode = OpCodes.Ldsfld;
        at.Operand = counters;
        Instruction[] woven =
        [
            Instruction.Create(OpCodes.Ldc_I4, counter),
            Instruction.Create(OpCodes.Add),
            Instruction.Create(OpCodes.Dup),
            Instruction.Create(OpCodes.Ldind_U1),
            Instruction.Create(OpCodes.Ldc_I4_1),
            Instruction.Create(OpCodes.Add),
            Instruction.Create(OpCodes.Conv_U1),
            Instruction.Create(OpCodes.Stind_I1),
        ];
        foreach (Instruction instruction in woven)
        {
            il.InsertBefore(original, instruction);
        }
    }
}
