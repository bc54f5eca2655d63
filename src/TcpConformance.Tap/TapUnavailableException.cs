namespace TcpConformance.Tap;

/// <summary>Why a TAP or its namespace is not to be had here.</summary>
public enum TapFault
{
    /// <summary>There is no /dev/net/tun.</summary>
    NoTunDevice,
    /// <summary>/dev/net/tun is there but not for us.</summary>
    TunForbidden,
    /// <summary>No network namespace without root, and user namespaces are forbidden.</summary>
    NamespaceForbidden,
    /// <summary>A program that we need is not installed.</summary>
    ProgramMissing,
    /// <summary>The kernel refused to configure the link.</summary>
    LinkRefused,
    /// <summary>No frame passed through the TAP in time.</summary>
    NoCarrier,
    /// <summary>This is not Linux.</summary>
    NotLinux,
}

/// <summary>The environment lacks what a TAP needs; the message says what to do.</summary>
public sealed class TapUnavailableException : Exception
{
    /// <summary>A fault and one line for the user.</summary>
    public TapUnavailableException(TapFault fault, string message) : base(message) =>
        Fault = fault;

    /// <summary>What is missing.</summary>
    public TapFault Fault { get; }

    internal static TapUnavailableException LinkRefused(string what, int errno) => new(
        TapFault.LinkRefused, $"the kernel refused to {what}: {Errno.Name(errno)}");
}
