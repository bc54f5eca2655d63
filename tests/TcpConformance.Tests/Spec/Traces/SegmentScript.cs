using System.Globalization;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>A segment in one line: <c>FLAGS SEQ[:END] [ACK] [key=value]…</c>.</summary>
/// <remarks>Flags are S F R P A U E C, x for a reserved bit, or '.' for none. Numbers count from
/// the sender's and the receiver's ISN, or are absolute behind '#'. SEQ:END says that there's text;
/// SYN and FIN aren't counted in it. Keys: w mss nomss ws sackok ts=VAL/ECR sack=L-R,L-R up raw=HEX
/// off=WORDS sum, other (text with other octets), address (from the IUT's other address).
/// </remarks>
internal sealed class SegmentScript
{
    private readonly SeqNumber _other;
    private OptionBytes _options;
    private bool _otherText;
    private bool _hasMss;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its direction.</param>
    /// <param name="own">ISN of the sender.</param>
    /// <param name="other">ISN of the receiver.</param>
    public SegmentScript(string line, SeqNumber own, SeqNumber other)
    {
        _other = other;
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] range = words[1].Split(':');
        Result = new Segment
        {
            Flags = words[0].Aggregate(TcpFlags.None, (all, c) => all | Flag(c)),
            Seq = Number(range[0], own),
            Window = 65535,
        };
        int next = 2;
        if (words.Length > 2 && (char.IsDigit(words[2][0]) || words[2][0] is '-' or '#'))
        {
            Result = Result with { Ack = Number(words[2], other) };
            next = 3;
        }
        foreach (string word in words[next..])
        {
            Key(word.Split('=') is [string key, string value] ? (key, value) : (word, ""));
        }
        if (range.Length == 2)
        {
            int first = int.Parse(range[0]) + (Result.Flags.Has(TcpFlags.Syn) ? 1 : 0);
            int length = int.Parse(range[1]) - int.Parse(range[0]);
            Result = Result with { Text = Text(first, length, _otherText) };
        }
        Result = Result with { Options = _options };
    }

    /// <summary>The segment; ports are not set.</summary>
    public Segment Result { get; private set; }

    /// <summary>The segment as an IUT sends it: a SYN has an MSS option, that of the default MSS
    /// where the line says nothing else.</summary>
    public Segment FromIut => Result.Flags.Has(TcpFlags.Syn) && !_hasMss
        ? Result with { Options = OptionBytes.Mss(536) + _options }
        : Result;

    /// <summary>It shall come from the IUT's other address.</summary>
    public bool OtherAddress { get; private set; }

    /// <summary>The octets at a place of any stream, counted from the SYN at 0.</summary>
    public static byte[] Text(int first, int length, bool other = false) =>
    [
        .. Enumerable.Range(first, length).Select(i => (byte)(((i * 7) + (other ? 1 : 0)) & 255)),
    ];

    private static TcpFlags Flag(char letter) => letter switch
    {
        'S' => TcpFlags.Syn,
        'F' => TcpFlags.Fin,
        'R' => TcpFlags.Rst,
        'P' => TcpFlags.Psh,
        'A' => TcpFlags.Ack,
        'U' => TcpFlags.Urg,
        'E' => TcpFlags.Ece,
        'C' => TcpFlags.Cwr,
        'x' => TcpFlags.Reserved1,
        '.' => TcpFlags.None,
        _ => throw new ArgumentException($"no flag {letter}"),
    };

    private static SeqNumber Number(string word, SeqNumber isn) => word[0] == '#'
        ? new SeqNumber(uint.Parse(word[1..]))
        : isn + int.Parse(word);

    private void Key((string Name, string Value) key)
    {
        switch (key.Name)
        {
            case "w":
                Result = Result with { Window = ushort.Parse(key.Value) };
                break;
            case "up":
                Result = Result with { UrgentPointer = ushort.Parse(key.Value) };
                break;
            case "off":
                Result = Result with { DataOffset = byte.Parse(key.Value) };
                break;
            case "sum":
                Result = Result with { Checksum = 1 };
                break;
            case "other":
                _otherText = true;
                break;
            case "address":
                OtherAddress = true;
                break;
            case "nomss":
                _hasMss = true;
                break;
            default:
                _hasMss |= key.Name == "mss";
                _options += Option(key.Name, key.Value);
                break;
        }
    }

    private OptionBytes Option(string name, string value) => name switch
    {
        "mss" => OptionBytes.Mss(ushort.Parse(value)),
        "ws" => OptionBytes.Nop() + OptionBytes.WindowScale(byte.Parse(value)),
        "sackok" => OptionBytes.Nop(2) + OptionBytes.SackPermitted(),
        "ts" => OptionBytes.Nop(2) + OptionBytes.Timestamps(
            uint.Parse(value.Split('/')[0]), uint.Parse(value.Split('/')[1])),
        "sack" => OptionBytes.Nop(2) + OptionBytes.Sack([.. value.Split(',').Select(Block)]),
        "raw" => OptionBytes.Of(Convert.FromHexString(value)),
        _ => throw new ArgumentException($"no key {name}"),
    };

    // A block names what the other side has sent.
    private SackBlock Block(string range)
    {
        // The first one may be negative.
        int dash = range.IndexOf('-', 1);
        return new SackBlock(
            _other + int.Parse(range[..dash], CultureInfo.InvariantCulture),
            _other + int.Parse(range[(dash + 1)..], CultureInfo.InvariantCulture));
    }
}
