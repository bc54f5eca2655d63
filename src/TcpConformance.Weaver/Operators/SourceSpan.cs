using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Operators;

/// <summary>Where a statement stands, as the debug information has it.</summary>
/// <param name="Path">The file, as the compiler saw it.</param>
/// <param name="Line">From 1 on.</param>
public sealed record SourceSpan(string Path, int Line)
{
    /// <summary>The file's name and the line.</summary>
    public override string ToString() => $"{System.IO.Path.GetFileName(Path)}:{Line}";

    /// <summary>The statement that each instruction of a method belongs to.</summary>
    internal static Func<int, SourceSpan?> Of(Mono.Cecil.MethodDefinition method)
    {
        SequencePoint[] points = method.DebugInformation.SequencePoints
            .Where(p => !p.IsHidden).OrderBy(p => p.Offset).ToArray();
        return offset =>
        {
            SequencePoint? last = points.LastOrDefault(p => p.Offset <= offset);
            return last is null ? null : new SourceSpan(last.Document.Url, last.StartLine);
        };
    }
}
