using TcpConformance.Harness;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Differential;

/// <summary>Brings what a session has come to on one IUT into the form that is compared.</summary>
internal sealed class ReactionReader
{
    private readonly Dictionary<string, ConnectionView> _views = [];
    private readonly List<StepReactions> _steps = [];
    private readonly IReadOnlyList<int> _owners;
    private List<Reaction> _now = [];
    private HashSet<ConnectionView> _given = [];
    private int _notes = -1;
    private int _owner = -1;
    private string _states = "";

    private ReactionReader(IReadOnlyList<int> owners) => _owners = owners;

    /// <summary>The reactions, step by step.</summary>
    /// <param name="played">What happened.</param>
    /// <param name="owners">For each step that was played the step of the session to which it
    /// belongs; what comes after the last of them is not looked at.</param>
    public static IReadOnlyList<StepReactions> Read(Played played, IReadOnlyList<int> owners)
    {
        var reader = new ReactionReader(owners);
        foreach (TraceEntry entry in played.Trace)
        {
            reader.Take(entry);
        }
        reader.End(played);
        return reader._steps;
    }

    // Beyond the end only what the oracle says counts.
    private bool IsOver => _notes >= _owners.Count - 1;

    private void Take(TraceEntry entry)
    {
        if (entry.Kind == TraceKind.Note)
        {
            Note(entry);
            return;
        }
        if (entry.Kind == TraceKind.Violation)
        {
            string requirement = entry.Text[..entry.Text.IndexOf(':')];
            _now.Add(new Reaction(ReactionKind.Violation) { Detail = requirement });
        }
        if (IsOver || _owner < 0)
        {
            return;
        }
        switch (entry.Kind)
        {
            case TraceKind.SegmentToIut or TraceKind.SegmentFromIut:
                Packet(entry.Frame, entry.Kind == TraceKind.SegmentFromIut);
                break;
            case TraceKind.UserResult:
                Result(entry.Call!, entry.Result!);
                break;
            case TraceKind.UserCall:
                Call(entry.Call!);
                break;
            case TraceKind.Violation or TraceKind.Note:
                break;
        }
    }

    private void Note(TraceEntry entry)
    {
        if (entry.States is null)
        {
            return;
        }
        _notes++;
        if (IsOver || _owners[_notes] == _owner)
        {
            return;
        }
        Close();
        _owner = _owners[_notes];
        _states = entry.States;
        _now = [];
        _given = [];
        foreach (ConnectionView view in _views.Values)
        {
            view.Begin();
        }
        if (entry.Text.StartsWith("open ", StringComparison.Ordinal))
        {
            foreach (ConnectionView view in _views.Values)
            {
                view.Open();
            }
        }
    }

    private void Packet(ReadOnlySpan<byte> packet, bool fromIut)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Defect != PacketDefect.None || ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return;
        }
        SegmentView.Read(ip.Payload, out SegmentView view);
        if (view.Defect.IsFatal()
            || !Checksum.IsValid(ip.Source, ip.Destination, ip.Payload))
        {
            return;
        }
        TcpHeader h = view.Header;
        ConnectionView connection = ViewOf(fromIut
            ? new SocketPair(new(ip.Source, h.SourcePort), new(ip.Destination, h.DestinationPort))
            : new SocketPair(
                new(ip.Destination, h.DestinationPort), new(ip.Source, h.SourcePort)));
        if (fromIut)
        {
            Add(connection.FromIut(h));
        }
        else
        {
            connection.ToIut(in h);
        }
    }

    private void Call(UserCall call)
    {
        ConnectionView view = ViewOf(call.Pair);
        view.IsLeft |= call.Kind is UserCallKind.Close or UserCallKind.Abort;
        view.IsClosedEarly |= call.Kind == UserCallKind.Shutdown && !view.IsTold;
    }

    private void Result(UserCall call, UserResult result)
    {
        ConnectionView view = ViewOf(call.Pair);
        bool opens = call.Kind is UserCallKind.Connect or UserCallKind.Accept;
        view.IsTold |= opens;
        if (view.IsLeft || (view.IsClosedEarly && opens))
        {
            return;
        }
        if (result.Error != UserError.None)
        {
            if (call.Kind is not (UserCallKind.SetOption or UserCallKind.Listen
                or UserCallKind.StopListening))
            {
                Add([new Reaction(ReactionKind.User)
                {
                    Detail = $"{Name(call.Kind)} {Name(result.Error)}",
                    // When to give up is the stack's choice, in wide bounds.
                    IsOptional = result.Error == UserError.TimedOut,
                }]);
            }
            return;
        }
        switch (call.Kind)
        {
            case UserCallKind.Connect or UserCallKind.Accept:
                Add([new Reaction(ReactionKind.User) { Detail = "has the connection" }]);
                break;
            case UserCallKind.Receive when result.EndOfStream:
                Add([new Reaction(ReactionKind.User) { Detail = "end of stream" }]);
                break;
            case UserCallKind.Receive:
                view.Received += result.Text.Length;
                _given.Add(view);
                break;
            default:
                break;
        }
    }

    private static string Name(UserCallKind kind) => kind.ToString().ToUpperInvariant();

    // The RFC has words for these; what a call on no connection is told differs freely.
    private static string Name(UserError error) => error switch
    {
        UserError.Refused => "refused",
        UserError.Reset => "reset",
        UserError.TimedOut => "timed out",
        UserError.Unreachable => "unreachable",
        _ => "fails",
    };

    private ConnectionView ViewOf(SocketPair pair)
    {
        string key = pair.ToString();
        if (!_views.TryGetValue(key, out ConnectionView? view))
        {
            view = new ConnectionView();
            _views.Add(key, view);
        }
        return view;
    }

    private void Add(IEnumerable<Reaction> reactions)
    {
        foreach (Reaction reaction in reactions)
        {
            int at = _now.FindIndex(r => r with { IsOptional = reaction.IsOptional } == reaction);
            if (at < 0)
            {
                _now.Add(reaction);
            }
            else if (_now[at].IsOptional)
            {
                _now[at] = reaction;
            }
        }
    }

    private void Close()
    {
        if (_owner < 0)
        {
            return;
        }
        foreach (ConnectionView view in _given)
        {
            string much = view.Received == view.Sent ? "all text"
                : view.Received < view.Sent ? "a part of the text" : "more than was sent in order";
            Add([new Reaction(ReactionKind.User) { Detail = "has " + much }]);
        }
        _steps.Add(new StepReactions(_owner, _states, _now));
    }

    private void End(Played played)
    {
        if (played.Death is not null)
        {
            _now.Add(new Reaction(ReactionKind.End) { Detail = "dies" });
        }
        Close();
    }
}
