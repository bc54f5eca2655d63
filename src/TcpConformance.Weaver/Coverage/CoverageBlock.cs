using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Coverage;

/// <summary>What one counter stands for: instructions that run one after the other.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Method">The full name of its method.</param>
/// <param name="File">The source file; null: unknown, or the compiler's own code.</param>
/// <param name="Lines">The lines of it.</param>
public sealed record CoverageBlock(
    string Assembly, string Method, string? File, IReadOnlyList<int> Lines)
{
    /// <summary>The blocks of a method that is not yet woven.</summary>
    internal static IReadOnlyList<CoverageBlock> Of(
        MethodDefinition method, IReadOnlyList<Instruction> leaders)
    {
        // A statement may be cut by a branch: what follows belongs to its lines still.
        SequencePoint? point = null;
        var lines = new SortedSet<int>();
        string? file = null;
        List<CoverageBlock> blocks = [];
        int next = 0;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (next < leaders.Count && instruction == leaders[next])
            {
                End();
                next++;
            }
            point = method.DebugInformation.GetSequencePoint(instruction) ?? point;
            if (point is { IsHidden: false })
            {
                file = point.Document.Url;
                lines.UnionWith(Enumerable.Range(
                    point.StartLine, point.EndLine - point.StartLine + 1));
            }
        }
        End();
        return blocks;

        void End()
        {
            if (next > 0)
            {
                blocks.Add(new CoverageBlock(
                    method.Module.Assembly.Name.Name, method.FullName, file, [.. lines]));
            }
            lines.Clear();
        }
    }
}
