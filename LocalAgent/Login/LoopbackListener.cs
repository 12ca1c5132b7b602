using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LocalAgent.Login;

/// <summary>
/// Where a browser on this machine is sent back to (RFC 8252, 7.3): a port of 127.0.0.1 that the system chooses, open until one request for <c>/</c> with a query has come. Everything else is 404.
/// </summary>
sealed class LoopbackListener : IDisposable
{
    const int HeaderLimit = 16 * 1024, MostAtOnce = 16;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly SemaphoreSlim places = new(MostAtOnce);
    readonly List<Task> served = [];

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public LoopbackListener() => listener.Start();

    /// <returns>What was asked for, <c>/?code=...</c>. Whether it belongs to this run is not looked at here.</returns>
    public async Task<string> WaitAsync(CancellationToken cancel)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var over = cancel.Register(() => found.TrySetCanceled(cancel));
        var accepting = AcceptAsync(found, stop.Token);
        try { return await found.Task; }
        finally
        {
            await stop.CancelAsync();
            await accepting;
            await Task.WhenAll(served);
        }
    }

    // A browser opens connections ahead that it sends nothing on: each is served by itself.
    async Task AcceptAsync(TaskCompletionSource<string> found, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await places.WaitAsync(stop);
                var client = await listener.AcceptTcpClientAsync(stop);
                served.RemoveAll(s => s.IsCompleted);
                served.Add(ServeAsync(client, found, stop));
            }
        }
        catch (OperationCanceledException) { return; } // somebody was here, or nobody waits any more
    }

    async Task ServeAsync(TcpClient client, TaskCompletionSource<string> found, CancellationToken stop)
    {
        try
        {
            using (client)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(Patience);
                var stream = client.GetStream();
                var target = Target(await HeaderAsync(stream, limit.Token));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(target is null ? Answer("404 Not Found", "Nothing is here.") : Answer("200 OK", "Go back to the terminal; this window can be closed.")), CancellationToken.None);
                if (target is not null) found.TrySetResult(target);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException) { return; } // a browser that went away, or said nothing
        finally { places.Release(); }
    }

    static async Task<string> HeaderAsync(NetworkStream stream, CancellationToken limit)
    {
        var header = new byte[HeaderLimit];
        var filled = 0;
        while (filled < HeaderLimit && header.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(header.AsMemory(filled), limit);
            if (read == 0) break;
            filled += read;
        }
        return Encoding.Latin1.GetString(header, 0, filled);
    }

    /// <returns>Null where it is no request for <c>/</c> with a query.</returns>
    internal static string? Target(string header) =>
        header.Contains("\r\n\r\n", StringComparison.Ordinal) && header.Split("\r\n", 2)[0].Split(' ') is ["GET", var target, "HTTP/1.1" or "HTTP/1.0"] && target.StartsWith("/?", StringComparison.Ordinal) ? target : null;

    static string Answer(string status, string words) =>
        $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {words.Length}\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\r\n{words}";

    public void Dispose()
    {
        listener.Dispose();
        places.Dispose();
    }
}
