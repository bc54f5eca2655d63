using TcpConformance.Harness.Lower;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Upper;

/// <summary>A connection as the IUT's user has it.</summary>
public sealed class IutConnection
{
    private readonly CaseContext _context;

    internal IutConnection(CaseContext context, Peer peer)
    {
        _context = context;
        Peer = peer;
        Opened = Task.FromResult(UserResult.Ok);
    }

    /// <summary>The lower tester's end.</summary>
    public Peer Peer { get; }

    /// <summary>The pair of sockets.</summary>
    public SocketPair Pair => Peer.Pair;

    /// <summary>What CONNECT or ACCEPT came to.</summary>
    public Task<UserResult> Opened { get; internal set; }

    internal bool IsReleased { get; private set; }

    /// <summary>SEND; returns when the IUT has taken the octets.</summary>
    public Task<UserResult> Send(ReadOnlyMemory<byte> text, bool urgent = false) =>
        _context.Call(id => new UserCall(id, UserCallKind.Send, Pair)
        {
            Text = text,
            Urgent = urgent,
        });

    /// <summary>SEND of so many octets that <see cref="Octets.Pattern"/> makes.</summary>
    public Task<UserResult> Send(int octets) => Send(Octets.Pattern(octets));

    /// <summary>RECEIVE; returns with text, the end of the stream, or an error.</summary>
    public Task<UserResult> Receive(int most = 65536) =>
        _context.Call(id => new UserCall(id, UserCallKind.Receive, Pair) { Count = most });

    /// <summary>RECEIVE until so many octets are there; fails the case if the stream ends
    /// or breaks before.</summary>
    public async Task<byte[]> ReceiveExactly(int octets, TimeSpan within, string requirement)
    {
        byte[] all = new byte[octets];
        int have = 0;
        TimeSpan deadline = _context.Now + within;
        while (have < octets)
        {
            UserResult part = await _context.Returned(
                Receive(octets - have), deadline - _context.Now, requirement,
                $"the user receives {octets} octets (has {have})");
            _context.Assert(
                part.Error == UserError.None && !part.EndOfStream, requirement,
                $"the user was to receive {octets} octets; after {have} came "
                + (part.EndOfStream ? "the end of the stream" : part.Error.ToString()));
            part.Text.CopyTo(all.AsMemory(have));
            have += part.Text.Length;
        }
        return all;
    }

    /// <summary>RECEIVE; fails the case unless it tells the end of the stream.</summary>
    public async Task ReceiveEnd(TimeSpan within, string requirement)
    {
        UserResult result = await _context.Returned(
            Receive(), within, requirement, "the user is told the end of the stream");
        _context.Assert(
            result.EndOfStream, requirement,
            "the user was to be told the end of the stream; it got "
            + (result.Error == UserError.None
                ? $"{result.Text.Length} octets"
                : result.Error.ToString()));
    }

    /// <summary>The error that the user is told of: the first one that a RECEIVE returns, after
    /// any text; fails the case if none comes in time.</summary>
    public async Task<UserError> Error(TimeSpan within, string requirement)
    {
        TimeSpan deadline = _context.Now + within;
        while (true)
        {
            UserResult result = await _context.Returned(
                Receive(), deadline - _context.Now, requirement, "the user is told an error");
            if (result.Error != UserError.None || result.EndOfStream)
            {
                return result.Error;
            }
        }
    }

    /// <summary>CLOSE of the sending direction only.</summary>
    public Task<UserResult> Shutdown() => Call(UserCallKind.Shutdown);

    /// <summary>CLOSE; the user receives no more.</summary>
    public Task<UserResult> Close()
    {
        IsReleased = true;
        return Call(UserCallKind.Close);
    }

    /// <summary>ABORT.</summary>
    public Task<UserResult> Abort()
    {
        IsReleased = true;
        return Call(UserCallKind.Abort);
    }

    /// <summary>Returns when urgent data is announced that the user has not received.
    /// </summary>
    public Task<UserResult> AwaitUrgent() => Call(UserCallKind.AwaitUrgent);

    /// <summary>Sets an option.</summary>
    public Task<UserResult> SetOption(UserOption option, int value) =>
        _context.Call(id => new UserCall(id, UserCallKind.SetOption, Pair)
        {
            Option = option,
            Value = value,
        });

    internal Task<UserResult> Call(UserCallKind kind) =>
        _context.Call(id => new UserCall(id, kind, Pair));
}
