using System.Runtime.InteropServices;
using TcpConformance.Tap;

namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>AddressSanitizer's runtime, which a process with a sanitized lwIP needs from its
/// start.</summary>
public static class LwipSanitizer
{
    /// <summary>Its options for a process of .NET's, without what is to become of a report.
    /// </summary>
    /// <remarks>Segmentation faults are .NET's: it makes exceptions of some. A small quarantine
    /// stays in the processor's cache; sessions are short. Stacks of a few frames tell who
    /// allocated what. The sanitizer's symbolizer would outlive the process and keep its standard
    /// error open.</remarks>
    public const string Options =
        "symbolize=0:verify_asan_link_order=0:detect_leaks=0:detect_odr_violation=0:handle_segv=0:"
        + "handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
        + "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=3:"
        + "intercept_tls_get_addr=0";

    // The run goes on, and each case that meets a fault reports it. Its words go to the case; the
    // place for others is one that nobody reads.
    private const string GoesOn = ":halt_on_error=0:suppress_equal_pcs=0:log_path=/dev/null";

    private const string Preload = "LD_PRELOAD";

    /// <summary>Whether this process has it.</summary>
    internal static bool IsThere => NativeLibrary.TryGetExport(
        NativeLibrary.GetMainProgramHandle(), "__asan_init", out _);

    /// <summary>Where one of the IUTs needs it and it is not there, starts this program again with
    /// it and the same arguments, and does not return then.</summary>
    /// <exception cref="StackUnavailableException">A package is missing.</exception>
    /// <exception cref="TapUnavailableException">The program cannot be started again.</exception>
    public static void RestartWhereNeeded(IEnumerable<IutProfile> profiles)
    {
        IutProfile? needs = profiles.FirstOrDefault(
            p => p.Kind == IutKind.Lwip && LwipBuild.Sanitizes(p.Build));
        if (needs is null)
        {
            return;
        }
        if (IsThere)
        {
            // What this process starts needs none.
            Environment.SetEnvironmentVariable(Preload, null);
            return;
        }
        OwnProgram.Restart([], new Dictionary<string, string>
        {
            [Preload] = LwipBuild.Locate(needs.Build).Sanitizer!,
            ["ASAN_OPTIONS"] = Options + GoesOn,
        });
    }
}
