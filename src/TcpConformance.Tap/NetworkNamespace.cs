using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace TcpConformance.Tap;

/// <summary>A network namespace without a name, held by one thread of this process.</summary>
/// <remarks>
/// The kernel frees the namespace when the thread, its children and the descriptors made in it are
/// gone, however the process ends: nothing is left behind even after kill -9.
/// </remarks>
public sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly Thread _thread;

    private NetworkNamespace()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "network namespace" };
        _thread.Start();
    }

    /// <summary>Makes a new namespace; only its own loopback device is in it, up.</summary>
    /// <exception cref="TapUnavailableException">Not permitted, or not Linux.</exception>
    public static NetworkNamespace Create()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new TapUnavailableException(
                TapFault.NotLinux, "network namespaces and TAP devices need Linux");
        }
        var made = new NetworkNamespace();
        try
        {
            made.Run(Enter);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static void Enter()
    {
        if (Libc.Unshare(Libc.NewNetworkNamespace) != 0)
        {
            throw new TapUnavailableException(
                TapFault.NamespaceForbidden,
                $"no permission to make a network namespace ({Errno.Name(Libc.Errno)}): "
                + UserNamespace.Advice);
        }
        using var netlink = new RouteNetlink();
        netlink.SetUp(netlink.IndexOf("lo"));
    }

    /// <summary>Calls on the thread that is in the namespace, and waits for the result.</summary>
    /// <remarks>
    /// Sockets, TAP devices and children made there belong to the namespace and may be used from
    /// everywhere.
    /// </remarks>
    public T Run<T>(Func<T> call)
    {
        T result = default!;
        Run(() => { result = call(); });
        return result;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action call)
    {
        if (Thread.CurrentThread == _thread)
        {
            call();
            return;
        }
        ExceptionDispatchInfo? thrown = null;
        using var done = new ManualResetEventSlim();
        _calls.Add(() =>
        {
            try
            {
                call();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        thrown?.Throw();
    }

    /// <summary>Sets a kernel parameter of the namespace.</summary>
    /// <param name="name">The dotted name, such as net.ipv4.tcp_sack; begins with net.</param>
    /// <param name="value">The value as sysctl(8) takes it.</param>
    public SysctlOutcome WriteSysctl(string name, string value)
    {
        string path = Sysctl.PathOf(name);
        // /proc/sys/net shows the namespace of the thread that opens it.
        return Run(() => Sysctl.Write(path, value));
    }

    /// <summary>The value of a kernel parameter in the namespace, null for none.</summary>
    /// <param name="name">The dotted name; begins with net.</param>
    public string? ReadSysctl(string name)
    {
        string path = Sysctl.PathOf(name);
        return Run(() => File.Exists(path) ? File.ReadAllText(path).Trim() : null);
    }

    /// <summary>Ends the thread; children started in the namespace die with it.</summary>
    public void Dispose()
    {
        if (!_calls.IsAddingCompleted)
        {
            _calls.CompleteAdding();
            _thread.Join();
        }
    }

    private void Loop()
    {
        foreach (Action call in _calls.GetConsumingEnumerable())
        {
            call();
        }
    }
}
