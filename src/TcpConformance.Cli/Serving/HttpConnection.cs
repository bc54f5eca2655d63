using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TcpConformance.Engine;

namespace TcpConformance.Cli.Serving;

/// <summary>
/// HTTP/1.1 enough for curl: a page, bodies of any length, uploads that are counted, and
/// connections that are kept alive.
/// </summary>
internal sealed class HttpConnection(TcpConnection tcp) : ServiceConnection(tcp)
{
    private const int LongestHead = 16 * 1024;
    private const string BytesPath = "/bytes/";
    private const string UploadPath = "/upload";

    private readonly byte[] _in = new byte[64 * 1024];
    private readonly byte[] _out = new byte[64 * 1024];
    private int _inLength;
    private int _outBegin;
    private int _outEnd;
    private HttpBody? _body;
    private long _bodyAt;
    private bool _closes;
    private IncrementalHash? _upload;
    private long _uploadLeft;
    private long _uploadLength;

    protected override bool Serve(TimeSpan now)
    {
        bool goesOn = true;
        while (goesOn && (Flush(now) || Take(now)))
        {
            if (_closes && _outBegin == _outEnd && _body is null)
            {
                // The rest of a request that nobody wants would reset what was sent.
                Tcp.Shutdown(now);
                goesOn = Tcp.State != TcpState.Closed && !Tcp.EndOfStream;
                _inLength = 0;
            }
        }
        return goesOn && (Pending || GoesOn(now));
    }

    private bool Pending => _outBegin < _outEnd || _body is not null;

    /// <summary>Sends; true if something was sent.</summary>
    private bool Flush(TimeSpan now)
    {
        if (_outBegin == _outEnd)
        {
            if (_body is null)
            {
                return false;
            }
            _outBegin = 0;
            _outEnd = _body.Copy(_bodyAt, _out);
            _bodyAt += _outEnd;
            if (_bodyAt == _body.Length)
            {
                _body = null;
            }
        }
        int sent = Math.Max(0, Tcp.Send(_out.AsSpan(_outBegin, _outEnd - _outBegin), now));
        _outBegin += sent;
        return sent > 0;
    }

    /// <summary>Takes a head, or octets of an upload; true if there was something.</summary>
    private bool Take(TimeSpan now)
    {
        if (Pending)
        {
            return false;
        }
        int came = Math.Max(0, Tcp.Receive(_in.AsSpan(_inLength), now));
        _inLength += came;
        if (_closes)
        {
            _inLength = 0;
            return came > 0;
        }
        return _upload is null ? TakeHead() || came > 0 : TakeUpload() || came > 0;
    }

    private bool TakeHead()
    {
        int end = _in.AsSpan(0, _inLength).IndexOf("\r\n\r\n"u8);
        if (end < 0 && _inLength < LongestHead)
        {
            return false;
        }
        if (end < 0)
        {
            _closes = true;
            Answer(431, "the head of the request is too long");
            return true;
        }
        HttpHead head = HttpHead.Read(_in.AsSpan(0, end));
        Consume(end + 4);
        _closes = head.Closes;
        if (head.Status != 200)
        {
            Answer(head.Status, "this request is not understood");
        }
        else if (head.Method is "POST" or "PUT" && head.Path == UploadPath)
        {
            BeginUpload(head);
        }
        else if (head.ContentLength > 0)
        {
            _closes = true;
            Answer(413, "only /upload takes a body");
        }
        else
        {
            AnswerPath(head);
        }
        return true;
    }

    private void AnswerPath(HttpHead head)
    {
        bool headOnly = head.Method == "HEAD";
        if (head.Method is not ("GET" or "HEAD"))
        {
            Answer(405, "GET and HEAD, or POST /upload");
        }
        else if (head.Path == "/")
        {
            Answer(200, "text/html; charset=utf-8", new HttpBody(Encoding.UTF8.GetBytes(
                ServicePage.Text)), headOnly);
        }
        else if (head.Path.StartsWith(BytesPath, StringComparison.Ordinal) && long.TryParse(
            head.Path[BytesPath.Length..], NumberStyles.None, CultureInfo.InvariantCulture,
            out long length))
        {
            Answer(200, "application/octet-stream", new HttpBody(length), headOnly);
        }
        else
        {
            Answer(404, "there are /, /bytes/N and POST /upload");
        }
    }

    private void BeginUpload(HttpHead head)
    {
        _upload = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _uploadLeft = head.ContentLength;
        _uploadLength = head.ContentLength;
        if (head.ExpectsContinue)
        {
            Put("HTTP/1.1 100 Continue\r\n\r\n");
        }
    }

    private bool TakeUpload()
    {
        int count = (int)Math.Min(_inLength, _uploadLeft);
        _upload!.AppendData(_in, 0, count);
        Consume(count);
        _uploadLeft -= count;
        if (_uploadLeft > 0)
        {
            return count > 0;
        }
        string hash = Convert.ToHexStringLower(_upload.GetHashAndReset());
        _upload.Dispose();
        _upload = null;
        Answer(200, $"{_uploadLength} octets sha256 {hash}");
        return true;
    }

    private void Consume(int count)
    {
        _in.AsSpan(count, _inLength - count).CopyTo(_in);
        _inLength -= count;
    }

    private void Answer(int status, string text) => Answer(
        status, "text/plain; charset=utf-8", new HttpBody(Encoding.UTF8.GetBytes(text + "\n")));

    private void Answer(int status, string type, HttpBody body, bool headOnly = false)
    {
        string end = _closes ? "Connection: close\r\n\r\n" : "\r\n";
        Put($"HTTP/1.1 {status} {Reason(status)}\r\nServer: tcpconf\r\nContent-Type: {type}\r\n"
            + $"Content-Length: {body.Length}\r\n{end}");
        _body = headOnly || body.Length == 0 ? null : body;
        _bodyAt = 0;
    }

    // Only called when all before it has gone.
    private void Put(string text)
    {
        _outBegin = 0;
        _outEnd = Encoding.ASCII.GetBytes(text, _out);
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        505 => "HTTP Version Not Supported",
        _ => "Bad Request",
    };
}
