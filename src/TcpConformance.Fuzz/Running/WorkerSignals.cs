using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TcpConformance.Fuzz.Running;

/// <summary>Passes on to a worker what its owner is told to do: libFuzzer then ends in good order.
/// </summary>
internal sealed partial class WorkerSignals : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly PosixSignalRegistration[] _registrations;

    internal WorkerSignals(Process worker) => _registrations =
    [
        Pass(worker, PosixSignal.SIGINT, Interrupt),
        Pass(worker, PosixSignal.SIGTERM, Terminate),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private static PosixSignalRegistration Pass(Process worker, PosixSignal signal, int number) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!worker.HasExited)
            {
                _ = Kill(worker.Id, number);
            }
        });

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
