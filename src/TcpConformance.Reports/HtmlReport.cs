using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.Logging.Abstractions;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Reports.Html;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports;

/// <summary><c>report.html</c> and <c>mutants.html</c>: one file each that needs no other.
/// </summary>
public static class HtmlReport
{
    /// <summary>The page's text.</summary>
    /// <param name="run">The result.</param>
    /// <param name="catalogue">The requirements.</param>
    /// <param name="traceOf">
    /// The trace of a case by IUT and case id, or null; asked only for cases that did not pass.
    /// </param>
    public static async Task<string> WriteAsync(
        RunResult run,
        RequirementCatalogue catalogue,
        Func<string, string, IReadOnlyList<TraceEntry>?> traceOf)
    {
        var model = new ReportModel(run, catalogue, traceOf);
        return await RenderAsync<ReportPage>(nameof(ReportPage.Model), model);
    }

    /// <summary>The page of <c>tcpconf mutants</c>: <c>mutants.html</c>.</summary>
    /// <param name="score">The result.</param>
    public static Task<string> WriteAsync(MutantScore score) =>
        RenderAsync<MutantPage>(nameof(MutantPage.Score), score);

    /// <summary>The page of <c>tcpconf fuzz coverage</c>: <c>coverage.html</c>.</summary>
    /// <param name="model">What was reached.</param>
    public static Task<string> WriteAsync(CoverageModel model) =>
        RenderAsync<CoveragePage>(nameof(CoveragePage.Model), model);

    /// <summary>The page of <c>tcpconf diff</c>: <c>diff.html</c>.</summary>
    /// <param name="score">The result.</param>
    public static Task<string> WriteAsync(DiffScore score) =>
        RenderAsync<DiffPage>(nameof(DiffPage.Score), score);

    private static async Task<string> RenderAsync<TPage>(string name, object model)
        where TPage : IComponent
    {
        await using var renderer =
            new HtmlRenderer(NoServices.Instance, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(
                new Dictionary<string, object?> { [name] = model });
            HtmlRootComponent page = await renderer.RenderComponentAsync<TPage>(parameters);
            using var text = new StringWriter();
            page.WriteHtmlTo(text);
            return text.ToString();
        });
    }

    // The components ask for nothing but their parameters.
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
