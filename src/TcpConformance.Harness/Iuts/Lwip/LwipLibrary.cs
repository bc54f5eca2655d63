using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>lwIP in this process. There is one of each build, with one state: it is reset, not
/// made anew.</summary>
public sealed unsafe class LwipLibrary
{
    /// <summary>The environment variable with the path of a library that is to be used instead of
    /// building one.</summary>
    public const string Variable = "TCPCONF_LWIP_LIBRARY";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<LwipFlavour, LwipLibrary> Loaded = [];

    private readonly nint _handle;
    private readonly delegate* unmanaged<Setup*, View*> _open;
    private readonly delegate* unmanaged<ulong, ulong, long> _reset;
    private readonly delegate* unmanaged<ulong, byte*, uint, void> _deliver;
    private readonly delegate* unmanaged<ulong, void> _advance;
    private readonly delegate* unmanaged<ulong, LwipCall*, void> _call;
    // These only copy: the collector may wait for them.
    private readonly delegate* unmanaged[SuppressGCTransition]<byte**, uint> _packet;
    private readonly delegate* unmanaged[SuppressGCTransition]<LwipReply*, byte*, int> _reply;
    private readonly View* _view;

    private LwipLibrary(string path, IutProfile profile, bool skipsIdle)
    {
        _handle = NativeLibrary.Load(path);
        _open = (delegate* unmanaged<Setup*, View*>)Find("open");
        _reset = (delegate* unmanaged<ulong, ulong, long>)Find("reset");
        _deliver = (delegate* unmanaged<ulong, byte*, uint, void>)Find("deliver");
        _advance = (delegate* unmanaged<ulong, void>)Find("advance");
        _call = (delegate* unmanaged<ulong, LwipCall*, void>)Find("call");
        _packet = (delegate* unmanaged[SuppressGCTransition]<byte**, uint>)Find("packet");
        _reply = (delegate* unmanaged[SuppressGCTransition]<LwipReply*, byte*, int>)Find("reply");
        Setup setup = default;
        profile.V4.Write(new Span<byte>(setup.V4, 4));
        profile.V6.Write(new Span<byte>(setup.V6, 16));
        setup.V4Prefix = (byte)profile.V4Prefix;
        setup.SkipsIdle = skipsIdle ? (byte)1 : (byte)0;
        _view = _open(&setup);
    }

    /// <summary>The library, loaded and built if that is still to be done.</summary>
    /// <param name="profile">Has the addresses; the first one that loads it decides.</param>
    /// <exception cref="StackUnavailableException">A package is missing.</exception>
    public static LwipLibrary Load(IutProfile profile)
    {
        lock (Gate)
        {
            if (!Loaded.TryGetValue(profile.Build, out LwipLibrary? library))
            {
                string path = Environment.GetEnvironmentVariable(Variable) ?? Locate(profile);
                library = new LwipLibrary(path, profile, skipsIdle: true);
                Loaded.Add(profile.Build, library);
            }
            return library;
        }
    }

    // Without its runtime a sanitized library cannot be loaded, or, worse, ends the process.
    private static string Locate(IutProfile profile) =>
        LwipBuild.Sanitizes(profile.Build) && !LwipSanitizer.IsThere
            ? throw new StackUnavailableException(
                $"{profile.Name}: AddressSanitizer is not in this process: "
                + "'tcpconf test' and 'tcpconf diff' start with it")
            : LwipBuild.Locate(profile.Build).Library;

    /// <summary>A library of its own that ticks through idle times, from a copy of the file: what
    /// is compared with the one that skips them.</summary>
    internal static LwipLibrary LoadTicking(string path, IutProfile profile) =>
        new(path, profile, skipsIdle: false);

    internal nint Find(string function) =>
        NativeLibrary.GetExport(_handle, "tcpconf_lwip_" + function);

    /// <summary>Whether somebody uses it now.</summary>
    internal bool IsInUse { get; set; }

    /// <summary>When it next does something by itself, in milliseconds; the greatest number:
    /// never.</summary>
    internal ulong Due => _view->Due;

    internal bool HasPacket => _view->Packets > 0;

    internal bool HasReply => _view->Replies > 0;

    /// <summary>What a failed assertion has said; null: all is well.</summary>
    internal string? Said => _view->Said == null
        ? null
        : Marshal.PtrToStringUTF8((nint)_view->Said);

    /// <summary>The whole report of a sanitizer; empty: there is none.</summary>
    internal string Report => _view->Report == null
        ? ""
        : Marshal.PtrToStringUTF8((nint)_view->Report)!;

    /// <summary>Everything as at the first start.</summary>
    /// <returns>Allocations that were never freed before.</returns>
    internal long Reset(ulong now, ulong seed) => _reset(now, seed);

    internal void Deliver(ulong now, ReadOnlySpan<byte> packet)
    {
        fixed (byte* octets = packet)
        {
            _deliver(now, octets, (uint)packet.Length);
        }
    }

    internal void Advance(ulong until) => _advance(until);

    internal void Call(ulong now, LwipCall* call) => _call(now, call);

    internal byte[] TakePacket()
    {
        byte* octets;
        int length = (int)_packet(&octets);
        byte[] packet = GC.AllocateUninitializedArray<byte>(length);
        new ReadOnlySpan<byte>(octets, length).CopyTo(packet);
        return packet;
    }

    internal bool TakeReply(out LwipReply reply, Span<byte> text)
    {
        fixed (LwipReply* r = &reply)
        fixed (byte* t = text)
        {
            return _reply(r, t) != 0;
        }
    }

    // struct setup in abi.c.
    private struct Setup
    {
        internal fixed byte V4[4];
        internal fixed byte V6[16];
        internal byte V4Prefix;
        internal byte SkipsIdle;
        internal fixed byte Reserved[2];
    }

    // struct view in abi.c.
#pragma warning disable CS0649 // written by the other side
    private struct View
    {
        internal ulong Now;
        internal ulong Due;
        internal uint Packets;
        internal uint Replies;
        internal byte* Said;
        internal byte* Report;
    }
#pragma warning restore CS0649
}

/// <summary><c>struct call</c> of calls.h.</summary>
internal unsafe struct LwipCall
{
    internal int Id;
    internal int Kind;
    internal int Option;
    internal int Value;
    internal fixed byte Own[16];
    internal fixed byte Other[16];
    internal ushort OwnPort;
    internal ushort OtherPort;
    internal byte IsV6;
    internal byte OwnIsAny;
    internal fixed byte Reserved[2];
    internal int Length;
    internal byte* Text;
}

/// <summary><c>struct reply</c> of calls.h.</summary>
internal struct LwipReply
{
    internal int Id;
    internal int Error;
    internal int Count;
    internal int IsEnd;
    internal int Length;
    internal int Reserved;
}
