namespace TcpConformance.Reports.Html;

/// <summary>The style sheet and the script that go into the page.</summary>
internal static class ReportAssets
{
    /// <summary>The style sheet.</summary>
    public static string Css { get; } = Read("report.css");

    /// <summary>The style of coverage.</summary>
    public static string CoverageCss { get; } = Read("coverage.css");

    /// <summary>The style of differences.</summary>
    public static string DiffCss { get; } = Read("diff.css");

    /// <summary>The script: filter, and links that open what they point to.</summary>
    public static string Script { get; } = Read("report.js");

    private static string Read(string name)
    {
        using Stream stream = typeof(ReportAssets).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return "\n" + reader.ReadToEnd();
    }
}
