using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VaultKit.Tests.Http;

/// <summary>A web server of this process on loopback: answers what the test says, and remembers what it was asked.</summary>
sealed class StandIn : IDisposable
{
    /// <param name="Path">With the query.</param>
    public sealed record Asked(string Method, string Path, string Body, string Authorization, string Prefer);

    /// <param name="Status">0: the connection is cut within the answer.</param>
    public sealed record Answer(int Status, string Body, string? RetryAfter = null, string? Location = null);

    readonly HttpListener listener = new();
    readonly Func<Asked, Answer> answer;

    public Uri Address { get; }
    public List<Asked> Requests { get; } = [];

    public StandIn(Func<Asked, Answer> answer)
    {
        this.answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public IEnumerable<string> Paths => Requests.Select(r => r.Path);

    async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try { context = await listener.GetContextAsync(); }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException) { return; } // the test is over
            using var reader = new StreamReader(context.Request.InputStream);
            var asked = new Asked(context.Request.HttpMethod, context.Request.RawUrl!, await reader.ReadToEndAsync(), context.Request.Headers["Authorization"] ?? "", context.Request.Headers["Prefer"] ?? "");
            lock (Requests) Requests.Add(asked);
            var said = answer(asked);
            try
            {
                if (said.Status == 0)
                {
                    context.Response.ContentLength64 = 100;
                    await context.Response.OutputStream.WriteAsync("{"u8.ToArray());
                    context.Response.Abort();
                    continue;
                }
                context.Response.StatusCode = said.Status;
                if (said.RetryAfter is { } pause) context.Response.Headers["Retry-After"] = pause;
                if (said.Location is { } place) context.Response.Headers["Location"] = place;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(said.Body));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException) { continue; } // who asked has heard enough
        }
    }

    public void Dispose() => listener.Close();
}
