using Spectre.Console;

namespace TcpConformance.Reports.Terminal;

/// <summary>Text of one style within a line.</summary>
/// <param name="Text">The text.</param>
/// <param name="Style">Its style, or null for the usual one.</param>
internal readonly record struct Piece(string Text, Style? Style = null);
