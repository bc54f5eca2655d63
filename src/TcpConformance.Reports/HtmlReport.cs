using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.Logging.Abstractions;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Reports.Html;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports;

/// <summary><c>report.html</c>: one file that needs no other.</summary>
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
        await using var renderer =
            new HtmlRenderer(NoServices.Instance, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(
                new Dictionary<string, object?> { [nameof(ReportPage.Model)] = model });
            HtmlRootComponent page =
                await renderer.RenderComponentAsync<ReportPage>(parameters);
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
