using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Fuzz;

/// <summary>What a process needs to have lwIP in it.</summary>
public static class LwipSurroundings
{
    // Segmentation faults are .NET's: it makes exceptions of some. A small quarantine stays in the
    // processor's cache; sessions are short, and what one has freed no other can use. Stacks of a
    // few frames tell who allocated what. The sanitizer's symbolizer would outlive the process and
    // keep its standard error open. Who looks for no leaks needn't know of thread-local storage.
    private const string SanitizerOptions =
        "symbolize=0:verify_asan_link_order=0:detect_leaks=0:detect_odr_violation=0:handle_segv=0:"
        + "handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
        + "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=3:"
        + "intercept_tls_get_addr=0";

    /// <summary>What a process needs for lwIP as it is compiled.</summary>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public static FuzzSurroundings For(LwipFlavour flavour)
    {
        LwipBuild build;
        try
        {
            build = LwipBuild.Locate(flavour);
        }
        catch (StackUnavailableException e)
        {
            throw new FuzzUnavailableException(e.Message);
        }
        var environment = new Dictionary<string, string>
        {
            [LwipLibrary.Variable] = build.Library,
        };
        if (build.Sanitizer is not string sanitizer)
        {
            return new FuzzSurroundings([], environment);
        }
        environment["ASAN_OPTIONS"] = SanitizerOptions;
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:symbolize=0";
        // libFuzzer counts what is loaded before it starts.
        return new FuzzSurroundings([sanitizer, build.Library], environment);
    }
}
