using System.Runtime.InteropServices;

namespace TcpConformance.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP: the first asks the run to end, the second ends the process
/// at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    internal Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Came),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Came),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Came),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>Whether a signal came.</summary>
    internal bool HasCome => _source.IsCancellationRequested;

    private void Came(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            // Namespaces, devices and children are the kernel's to clean up.
            Environment.Exit(ExitCode.Interrupted);
        }
        _source.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
        _source.Dispose();
    }
}
