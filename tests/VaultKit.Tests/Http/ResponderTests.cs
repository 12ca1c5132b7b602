using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using VaultKit.Http;

namespace VaultKit.Tests.Http;

/// <summary>The listener of our own, asked octet by octet.</summary>
public class ResponderTests
{
    const string Token = "0123456789abcdef";

    static (Responder Responder, int Port) Open(string? token = null, Func<string, Page?>? pages = null)
    {
        // Between finding a free port and taking it somebody else may.
        for (var tries = 0; ; tries++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var at = (IPEndPoint)probe.LocalEndPoint!;
            probe.Dispose();
            try { return (new(at, token, pages ?? (path => path switch { "/a" => new("text/x", "all", true), "/ill" => new("text/x", "ill", false), _ => null })), at.Port); }
            catch (SocketException) when (tries < 5) { continue; }
        }
    }

    static string Ask(int port, string request)
    {
        using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 10_000 };
        client.GetStream().Write(Encoding.Latin1.GetBytes(request));
        using var answer = new MemoryStream();
        client.GetStream().CopyTo(answer);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    [Test]
    [Arguments("GET /a HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", "200 OK")]
    [Arguments("GET /a?b=c HTTP/1.1\r\nhost:127.0.0.1\r\n\r\n", "200 OK")]
    [Arguments("GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "200 OK")]
    [Arguments("GET /a HTTP/1.0\r\n\r\n", "200 OK")]
    [Arguments("GET /ill HTTP/1.0\r\n\r\n", "503 Service Unavailable")]
    [Arguments("GET /b HTTP/1.0\r\n\r\n", "404 Not Found")]
    [Arguments("GET / HTTP/1.0\r\n\r\n", "404 Not Found")]
    [Arguments("POST /a HTTP/1.0\r\n\r\n", "405 Method Not Allowed")]
    [Arguments("GET /a HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [Arguments("GET /a HTTP/2.0\r\n\r\n", "400 Bad Request")]
    [Arguments("GET http://localhost/a HTTP/1.1\r\nHost: localhost\r\n\r\n", "400 Bad Request")]
    [Arguments("GET  /a HTTP/1.0\r\n\r\n", "400 Bad Request")]
    [Arguments("GET /a HTTP/1.0\r\nno header\r\n\r\n", "400 Bad Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost : localhost\r\n\r\n", "400 Bad Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "400 Bad Request")]
    [Arguments("\r\n\r\n", "400 Bad Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421 Misdirected Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", "421 Misdirected Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost: 127.0.0.1.evil.example:80\r\n\r\n", "421 Misdirected Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n", "421 Misdirected Request")]
    [Arguments("GET /a HTTP/1.1\r\nHost:\r\n\r\n", "421 Misdirected Request")]
    public async Task Each_request_gets_the_answer_that_is_its_due(string request, string status)
    {
        var (responder, port) = Open();
        using (responder) await Assert.That(Ask(port, request).Split("\r\n")[0]).IsEqualTo("HTTP/1.1 " + status);
    }

    [Test]
    public async Task An_answer_is_whole_and_is_kept_nowhere()
    {
        var (responder, port) = Open();
        using (responder)
        {
            await Assert.That(Ask(port, "GET /a HTTP/1.0\r\n\r\n"))
                .IsEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 3\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\nall");
            await Assert.That(Ask(port, "HEAD /a HTTP/1.0\r\n\r\n")).Contains("Content-Length: 3\r\n").And.EndsWith("\r\n\r\n");
            await Assert.That(Ask(port, "DELETE /a HTTP/1.0\r\n\r\n")).Contains("\r\nAllow: GET, HEAD\r\n");
        }
    }

    [Test]
    public async Task With_a_token_who_has_it_is_answered_by_whatever_name_and_nobody_else()
    {
        var (responder, port) = Open(Token);
        using (responder)
        {
            string Status(string headers) => Ask(port, $"GET /a HTTP/1.1\r\nHost: agent.example\r\n{headers}\r\n").Split("\r\n")[0][9..12];
            await Assert.That(Status($"Authorization: Bearer {Token}\r\n")).IsEqualTo("200");
            await Assert.That(Status($"authorization: bearer  {Token} \r\n")).IsEqualTo("200");
            foreach (var wrong in (string[])["", "Authorization: Bearer\r\n", $"Authorization: Basic {Token}\r\n", $"Authorization: Bearer {Token}0\r\n", $"Authorization: Bearer {Token[1..]}\r\n", $"Authorization: {Token}\r\n"])
                await Assert.That(Status(wrong)).IsEqualTo("401").Because(wrong);
            await Assert.That(Ask(port, "GET /b HTTP/1.0\r\n\r\n")).Contains("401").And.Contains("\r\nWWW-Authenticate: Bearer\r\n");
        }
    }

    [Test]
    public async Task A_request_without_an_end_is_refused_by_length_and_by_time()
    {
        var (responder, port) = Open();
        using (responder)
        {
            await Assert.That(Ask(port, "GET /a HTTP/1.0\r\nX: " + new string('x', 9000))).StartsWith("HTTP/1.1 431 ");
            // An octet now and then is no progress.
            using var slow = new TcpClient("127.0.0.1", port);
            var began = Stopwatch.GetTimestamp();
            try
            {
                for (var i = 0; i < 100; i++)
                {
                    slow.GetStream().Write("G"u8);
                    await Task.Delay(100);
                }
            }
            catch (IOException) { began += 0; } // it was closed
            await Assert.That(Stopwatch.GetElapsedTime(began).TotalSeconds).IsBetween(1, 5);
            await Assert.That(Ask(port, "GET /a HTTP/1.0\r\n\r\n")).StartsWith("HTTP/1.1 200 ");
        }
    }

    [Test]
    public async Task Who_goes_away_and_who_says_nothing_leave_it_answering()
    {
        var (responder, port) = Open();
        using (responder)
        {
            for (var i = 0; i < 20; i++)
            {
                using var client = new TcpClient("127.0.0.1", port);
                client.Client.LingerState = new(true, 0); // a reset
                client.GetStream().Write("GET /a HTTP/1.0\r\n\r\n"u8);
            }
            await Assert.That(Ask(port, "GET /a HTTP/1.0\r\n\r\n")).StartsWith("HTTP/1.1 200 ");
        }
    }

    [Test]
    public async Task Whatever_is_sent_it_answers_the_next_and_says_nothing_again()
    {
        var (responder, port) = Open();
        using (responder)
        {
            var random = new Random(7);
            string[] parts = ["GET", "HEAD", " ", "/a", "/", "?", "HTTP/1.1", "\r\n", "Host:", "localhost", "[", "]", ":", "\0", "é", "Authorization:", "Bearer", "marker<>"];
            for (var i = 0; i < 300; i++)
            {
                var request = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => parts[random.Next(parts.Length)])) + "\r\n\r\n";
                await Assert.That(Ask(port, request)).StartsWith("HTTP/1.1 ").And.DoesNotContain("marker").Because(request);
            }
        }
    }

    [Test]
    public async Task A_port_that_is_taken_is_told_and_one_that_was_left_is_free()
    {
        var (first, port) = Open();
        await Assert.That(() => new Responder(new(IPAddress.Loopback, port), null, _ => null)).Throws<SocketException>();
        Ask(port, "GET /a HTTP/1.0\r\n\r\n");
        first.Dispose();
        using var second = new Responder(new(IPAddress.Loopback, port), null, _ => new("text/x", "second", true));
        await Assert.That(Ask(port, "GET /a HTTP/1.0\r\n\r\n")).EndsWith("second");
    }
}
