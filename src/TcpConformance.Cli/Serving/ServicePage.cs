namespace TcpConformance.Cli.Serving;

/// <summary>What <c>GET /</c> answers.</summary>
internal static class ServicePage
{
    /// <summary>The page.</summary>
    internal const string Text = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>tcpconf serve</title>
        <h1>TcpConformance's reference engine</h1>
        <p>This page came over the engine's own TCP.</p>
        <ul>
        <li><a href="/bytes/1000000">/bytes/N</a>: N octets of a pattern
        <li>POST /upload: octets and SHA-256 of the body
        <li>ports 7 echo, 9 discard, 19 chargen
        </ul>
        </html>

        """;
}
