using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VaultKit.Tests.Http;

/// <summary>A server on this machine that answers each request as a test says, and keeps what it was asked.</summary>
sealed class PlayedWeb : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();

    public List<string> Asked { get; } = [];

    public Uri Url { get; }

    /// <param name="answer">From the whole request to the whole answer, as it goes over the wire; null: none ever.</param>
    public PlayedWeb(Func<string, string?> answer)
    {
        listener.Start();
        Url = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1");
        _ = Task.Run(() => ServeAsync(answer));
    }

    public static string Answer(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} As Said\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}";

    async Task ServeAsync(Func<string, string?> answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                var stream = client.GetStream();
                var asked = await ReadAsync(stream);
                lock (Asked) Asked.Add(asked);
                if (answer(asked) is { } said) await stream.WriteAsync(Encoding.UTF8.GetBytes(said), stop.Token);
                else await Task.Delay(Timeout.Infinite, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException) { return; } // the test is over
    }

    async Task<string> ReadAsync(NetworkStream stream)
    {
        var (read, buffer) = (new StringBuilder(), new byte[64 * 1024]);
        while (true)
        {
            var text = read.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end].Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } header ? int.Parse(header.Split(':')[1]) : 0;
                if (Encoding.UTF8.GetByteCount(text[(end + 4)..]) >= length) return text;
            }
            var count = await stream.ReadAsync(buffer, stop.Token);
            if (count == 0) return text;
            read.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }
}
