using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace VaultKit.Http;

/// <summary>What is given for a path.</summary>
/// <param name="fine">False: the answer is 503 (Service Unavailable), with the same text.</param>
public sealed class Page(string type, string text, bool fine)
{
    public string Type => type;
    public string Text => text;
    public bool IsFine => fine;
}

/// <summary>
/// Answers GET and HEAD over HTTP/1.1 (RFC 9112), one connection after the other on a thread that sleeps in between: nothing runs while nobody asks. Of a request only the method, the path, Host and
/// Authorization are looked at, and nothing of it is ever said again. Without a token it answers to its own names only, so that no page in a browser on this machine can have its own name point here and read
/// along (DNS rebinding); with one, to whoever has it.
/// </summary>
public sealed class Responder : IDisposable
{
    const int RequestLimit = 8 * 1024, Backlog = 8, Stack = 256 * 1024;

    /// <summary>For a whole request, and for its answer: who is slow keeps the others waiting for no longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    const string Always = "\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n";

    readonly Socket listener;
    readonly IPAddress address;
    readonly byte[]? token;
    readonly Func<string, Page?> pages;
    readonly byte[] request = new byte[RequestLimit];
    volatile bool over;

    /// <param name="token">What <c>Authorization: Bearer</c> has to hold; null: nothing.</param>
    /// <param name="pages">Called on the thread that answers, with a path without its query; null: 404. It must not throw.</param>
    /// <exception cref="SocketException">The port is taken, or the address is none of this machine's.</exception>
    public Responder(IPEndPoint at, string? token, Func<string, Page?> pages)
    {
        (address, this.token, this.pages) = (at.Address, token is null ? null : Encoding.UTF8.GetBytes(token), pages);
        listener = new(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows()) listener.ExclusiveAddressUse = true; // elsewhere nobody can listen beside us anyway
            listener.Bind(at);
            listener.Listen(Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
        new Thread(Serve, Stack) { IsBackground = true }.Start();
    }

    void Serve()
    {
        while (!over)
        {
            Socket client;
            try { client = listener.Accept(); }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (!over) Thread.Sleep(AfterFailure); // no more descriptors; that may pass
                continue;
            }
            using (client)
            {
                try { Answer(client); }
                catch (SocketException) { continue; } // whoever asked is slow, or went away
            }
        }
    }

    void Answer(Socket client)
    {
        var began = Stopwatch.GetTimestamp();
        client.SendTimeout = (int)Patience.TotalMilliseconds;
        int filled = 0, end;
        while ((end = request.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (filled == RequestLimit)
            {
                Send(client, "431 Request Header Fields Too Large", null, false);
                return;
            }
            var left = Patience - Stopwatch.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return;
            client.ReceiveTimeout = (int)left.TotalMilliseconds + 1; // 0 would be for ever
            var read = client.Receive(request, filled, RequestLimit - filled, SocketFlags.None);
            if (read == 0) return;
            filled += read;
        }
        var (status, page, head) = Judge(Encoding.Latin1.GetString(request, 0, end));
        Send(client, status, page, head);
    }

    (string Status, Page? Page, bool Head) Judge(string header)
    {
        const string bad = "400 Bad Request";
        var lines = header.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"]) return (bad, null, false);
        string? host = null, authorization = null;
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon < 1 || line.AsSpan(0, colon).IndexOfAny(' ', '\t') >= 0) return (bad, null, false);
            ref var known = ref authorization;
            if (Is(line, colon, "host")) known = ref host;
            else if (!Is(line, colon, "authorization")) continue;
            if (known is not null) return (bad, null, false);
            known = line[(colon + 1)..].Trim();
        }
        if (host is null && lines[0][^1] == '1') return (bad, null, false);

        var isHead = method == "HEAD";
        if (token is not null ? !IsToken(authorization) : host is not null && !IsOwn(host)) return (token is null ? "421 Misdirected Request" : "401 Unauthorized", null, isHead);
        if (method != "GET" && !isHead) return ("405 Method Not Allowed", null, false);
        var query = target.IndexOf('?');
        var page = pages(query < 0 ? target : target[..query]);
        return (page is null ? "404 Not Found" : page.IsFine ? "200 OK" : "503 Service Unavailable", page, isHead);
    }

    static bool Is(string line, int colon, string name) => line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase);

    bool IsToken(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[7..].Trim()), token);

    // The port is not looked at: it may be another one here that was forwarded.
    bool IsOwn(string host)
    {
        var port = host.LastIndexOf(':');
        var name = port > host.IndexOf(']') ? host.AsSpan(0, port) : host; // [::1]:8080
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(name, out var named) && (IPAddress.IsLoopback(named) || named.Equals(address));
    }

    void Send(Socket client, string status, Page? page, bool head)
    {
        var body = Encoding.UTF8.GetBytes(page?.Text ?? status + "\n");
        var more = status[..3] switch { "401" => "WWW-Authenticate: Bearer\r\n", "405" => "Allow: GET, HEAD\r\n", _ => "" };
        var lines = string.Concat(["HTTP/1.1 ", status, "\r\n", more, "Content-Type: ", page?.Type ?? "text/plain; charset=utf-8", "\r\nContent-Length: ", body.Length.ToString(), Always]);
        client.Send(Encoding.ASCII.GetBytes(lines));
        if (!head) client.Send(body);
        client.Shutdown(SocketShutdown.Send);
        // What came and was not read would make the system break the connection before the answer is read.
        client.ReceiveTimeout = 100;
        for (var rest = 0; rest < 8 && client.Available > 0; rest++) _ = client.Receive(request);
    }

    public void Dispose()
    {
        over = true;
        listener.Dispose();
    }
}
