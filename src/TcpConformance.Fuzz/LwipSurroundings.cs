using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Fuzz;

/// <summary>What a process needs to have lwIP in it.</summary>
public static class LwipSurroundings
{
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
        environment["ASAN_OPTIONS"] = LwipSanitizer.Options;
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:symbolize=0";
        // libFuzzer counts what is loaded before it starts; one function of the library goes before
        // the sanitizer's (tls.c).
        return new FuzzSurroundings([build.Library, sanitizer], environment);
    }
}
