using Spectre.Console;
using Spectre.Console.Rendering;

namespace TcpConformance.Reports.Terminal;

/// <summary>A piece of a line for the library to print as it is, without wrapping.</summary>
internal sealed class Segments(string text, Style style) : Renderable
{
    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [new Segment(text, style)];
}
