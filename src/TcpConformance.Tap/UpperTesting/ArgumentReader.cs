using System.Net;
using TcpConformance.Wire;
using SocketAddress = TcpConformance.Wire.SocketAddress;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Takes the arguments of a request one after another and remembers a failure.</summary>
internal struct ArgumentReader
{
    private readonly IReadOnlyList<string> _words;
    private int _next;

    internal ArgumentReader(UpperTesterRequest request) => _words = request.Arguments;

    /// <summary>Whether any argument so far was not of its kind.</summary>
    internal bool Failed { get; private set; }

    internal readonly bool AtEnd => _next >= _words.Count;

    internal void Fail() => Failed = true;

    internal string Word()
    {
        if (!AtEnd)
        {
            return _words[_next++];
        }
        Failed = true;
        return "";
    }

    internal long Number(long least, long most)
    {
        bool fine = DecimalText.TryRead(Word(), out long n)
            && n >= least && n <= most;
        Failed |= !fine;
        return fine ? n : least;
    }

    /// <summary>A number of 64 bits, for seeds and offsets of patterns.</summary>
    internal ulong Unsigned()
    {
        Failed |= !DecimalText.TryRead(Word(), out ulong n);
        return n;
    }

    internal SocketAddress Socket()
    {
        bool fine = IPAddress.TryParse(Word(), out IPAddress? address);
        Failed |= !fine;
        IpAddress ip = fine ? IpAddress.Read(address!.GetAddressBytes()) : IpAddress.V4(0);
        return new SocketAddress(ip, (ushort)Number(0, ushort.MaxValue));
    }

    internal byte[] Hex()
    {
        string word = Word();
        bool fine = word.Length > 0 && word.Length % 2 == 0 && word.All(char.IsAsciiHexDigit);
        Failed |= !fine;
        return fine ? Convert.FromHexString(word) : [];
    }

    /// <summary>All words that are left, each name=value.</summary>
    internal List<(string Name, string Value)> Options()
    {
        var options = new List<(string Name, string Value)>();
        while (!AtEnd)
        {
            string word = Word();
            int at = word.IndexOf('=', StringComparison.Ordinal);
            Failed |= at <= 0;
            options.Add(at > 0 ? (word[..at], word[(at + 1)..]) : ("", ""));
        }
        return options;
    }
}
