using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Operators;

/// <summary>Weaves all operator mutants of an assembly into one: each sleeps until
/// <see cref="MutantSwitch"/> wakes it, so that one load serves them all.</summary>
public sealed class OperatorWeaver
{
    private readonly ModuleDefinition _module;
    private readonly MethodWeaver _weaver;
    private readonly List<OperatorMutant> _mutants = [];

    private OperatorWeaver(ModuleDefinition module)
    {
        _module = module;
        _weaver = new MethodWeaver(module);
    }

    /// <summary>Weaves an assembly.</summary>
    /// <param name="source">The assembly; its debug information is read if it lies beside it.
    /// </param>
    /// <param name="target">Where the woven one is written, another file.</param>
    /// <param name="includes">Whether a type, by its full name, is woven; null: all are.</param>
    /// <returns>The mutants, in the order of types and methods.</returns>
    public static IReadOnlyList<OperatorMutant> Weave(
        string source, string target, Predicate<string>? includes = null)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(Path.GetFullPath(source)));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(
            source, new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = File.Exists(Path.ChangeExtension(source, ".pdb")),
            });
        var weaver = new OperatorWeaver(assembly.MainModule);
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().ToArray())
        {
            if (includes is null || includes(type.FullName))
            {
                weaver.WeaveType(type);
            }
        }
        assembly.Write(target);
        return weaver._mutants;
    }

    private void WeaveType(TypeDefinition type)
    {
        // Two methods of one name: the second has a mark.
        var names = new Dictionary<string, int>();
        foreach (MethodDefinition method in type.Methods.Where(IsWritten))
        {
            int overload = names[method.Name] = names.GetValueOrDefault(method.Name) + 1;
            string name = $"{NameOf(type)}.{method.Name}" + (overload > 1 ? $"~{overload}" : "");
            _mutants.AddRange(_weaver.Weave(method, name));
        }
    }

    private static string NameOf(TypeDefinition type) =>
        type.DeclaringType is TypeDefinition outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;

    // By a person, and run again for every instance: what runs once cannot be switched.
    private bool IsWritten(MethodDefinition method) => method.HasBody
        && method.Module == _module
        && !(method.IsConstructor && method.IsStatic)
        && method.Name is not "ToString"
        && !method.CustomAttributes.Any(
            a => a.AttributeType.Name == nameof(CompilerGeneratedAttribute));
}
