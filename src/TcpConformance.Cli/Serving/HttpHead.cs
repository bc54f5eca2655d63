using System.Globalization;
using System.Text;

namespace TcpConformance.Cli.Serving;

/// <summary>What the service reads of a request's head (RFC 9112 §3, §5).</summary>
internal sealed record HttpHead
{
    private const int BadRequest = 400;
    private const int LengthRequired = 411;
    private const int VersionNotSupported = 505;

    /// <summary>The method, as in GET.</summary>
    internal string Method { get; private init; } = "";

    /// <summary>The path without its query.</summary>
    internal string Path { get; private init; } = "";

    /// <summary>Octets of the request's body.</summary>
    internal long ContentLength { get; private init; }

    /// <summary>Whether the connection is closed after the response.</summary>
    internal bool Closes { get; private init; }

    /// <summary>Whether the client waits for '100 Continue' before it sends the body.</summary>
    internal bool ExpectsContinue { get; private init; }

    /// <summary>The status that the head deserves; 200 if there is nothing wrong with it.</summary>
    internal int Status { get; private init; } = 200;

    /// <summary>Reads a head.</summary>
    /// <param name="octets">From the request line to the empty line, which is left out.</param>
    internal static HttpHead Read(ReadOnlySpan<byte> octets)
    {
        string[] lines = Encoding.Latin1.GetString(octets).Split("\r\n");
        string[] words = lines[0].Split(' ');
        if (words.Length != 3 || !words[1].StartsWith('/'))
        {
            return Wrong(BadRequest);
        }
        if (words[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return Wrong(VersionNotSupported);
        }
        var head = new HttpHead
        {
            Method = words[0],
            Path = words[1].Split('?')[0],
            Closes = words[2] == "HTTP/1.0",
        };
        foreach (string line in lines.Skip(1).Where(l => l.Length > 0))
        {
            int colon = line.IndexOf(':');
            if (colon <= 0)
            {
                return Wrong(BadRequest);
            }
            head = head.With(line[..colon].ToUpperInvariant(), line[(colon + 1)..].Trim());
            if (head.Status != 200)
            {
                return head;
            }
        }
        return head;
    }

    private HttpHead With(string name, string value) => name switch
    {
        "CONTENT-LENGTH" => long.TryParse(
            value, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? this with { ContentLength = length }
            : Wrong(BadRequest),
        "TRANSFER-ENCODING" => Wrong(LengthRequired),
        "CONNECTION" when value.Equals("close", StringComparison.OrdinalIgnoreCase) =>
            this with { Closes = true },
        "EXPECT" => this with { ExpectsContinue = true },
        _ => this,
    };

    // After a head that was not understood, nobody knows where the next one begins.
    private static HttpHead Wrong(int status) => new() { Status = status, Closes = true };
}
