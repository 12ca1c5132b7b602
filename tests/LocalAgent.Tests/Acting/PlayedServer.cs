using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LocalAgent.Tests.Acting;

/// <summary>An SMTP server for one connection that answers each command as the test says.</summary>
sealed class PlayedServer : IDisposable
{
    public const string Cut = "cut", Silent = "silent";

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly Task playing;

    public int Port { get; }
    public List<string> Commands { get; } = [];

    /// <summary>The content as it came, without the final dot; null where it did not come to its end.</summary>
    public string? Content { get; private set; }

    /// <param name="answers">By the command's first word, <c>connect</c> and <c>.</c> included; an answer, <see cref="Cut"/> or <see cref="Silent"/>. Others are answered with what works.</param>
    /// <param name="cutAfter">Octets of content after which the line goes dead; null for none.</param>
    public PlayedServer(Dictionary<string, string> answers, int? cutAfter = null, Func<string, Task>? beforeAnswer = null)
    {
        // Small segments and a small window, so that a sender feels early that nobody reads: TCP_MAXSEG.
        listener.Server.ReceiveBufferSize = 4096;
        if (OperatingSystem.IsLinux()) listener.Server.SetRawSocketOption(6, 2, BitConverter.GetBytes(536));
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = listener.AcceptTcpClientAsync(); // before a test that nobody connects in is over
        playing = Task.Run(() => PlayAsync(accepted, answers, cutAfter, beforeAnswer));
    }

    async Task PlayAsync(Task<TcpClient> accepted, Dictionary<string, string> answers, int? cutAfter, Func<string, Task>? beforeAnswer)
    {
        try
        {
            using var client = await accepted;
            using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1, false, 1024);

            async Task<bool> AnswerAsync(string step, string usual)
            {
                if (beforeAnswer is not null) await beforeAnswer(step);
                var answer = answers.GetValueOrDefault(step, usual);
                if (answer == Silent) await Task.Delay(Timeout.Infinite, silence.Token);
                if (answer == Cut) { client.Client.Close(0); return false; }
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
                return true;
            }

            if (!await AnswerAsync("connect", "220 played")) return;
            while (await reader.ReadLineAsync() is { } line)
            {
                Commands.Add(line);
                var word = line.Split(' ')[0].ToUpperInvariant();
                // A particular recipient may have an answer of its own.
                var step = answers.ContainsKey(line) ? line : word;
                if (!await AnswerAsync(step, word switch { "EHLO" => "250-played\r\n250 SIZE 50000000", "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" })) return;
                if (word == "QUIT") return;
                if (word != "DATA" || answers.ContainsKey("DATA")) continue;
                var content = new StringBuilder();
                while (await reader.ReadLineAsync() is { } text)
                {
                    if (text == ".") { Content = content.ToString(); break; }
                    content.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    if (content.Length > cutAfter) { client.Client.Close(0); return; }
                }
                if (Content is null || !await AnswerAsync(".", "250 queued as 7")) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { Commands.Add("gone"); }
    }

    readonly CancellationTokenSource silence = new();

    public void Dispose()
    {
        silence.Cancel();
        listener.Stop();
        playing.Wait(TimeSpan.FromSeconds(5));
        silence.Dispose();
    }
}
