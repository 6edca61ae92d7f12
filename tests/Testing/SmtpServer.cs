using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>A mail server that keeps what it is sent; as much of one as is needed to see how somebody speaks with it.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<ReceivedMail> _mails = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _loop;

    public SmtpServer()
    {
        _listener.Start();
        _loop = Loop();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What is offered after EHLO.</summary>
    public IReadOnlyList<string> Offers { get; init; } = ["PIPELINING", "8BITMIME"];

    /// <summary>For STARTTLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What is answered instead to a command that begins so.</summary>
    public Dictionary<string, string> Refusals { get; } = [];

    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _loop;
        _ended.Dispose();
    }

    private async Task Loop()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_ended.Token);
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }

            _ = Task.Run(async () =>
            {
                try
                {
                    using (client)
                        await Talk(client.GetStream());
                }
                catch (Exception failure)
                    when (failure is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
                {
                    // who called has gone
                }
            });
        }
    }

    private async Task Talk(Stream stream)
    {
        var mail = new ReceivedMail([], [], "", false);
        var encrypted = false;
        await Say("220 mail.acme.test ESMTP");
        while (await Line() is { } line)
        {
            mail.Commands.Add(line);
            var refusal = Refusals.FirstOrDefault(r => line.StartsWith(r.Key, StringComparison.OrdinalIgnoreCase)).Value;
            if (refusal is not null)
            {
                await Say(refusal);
            }
            else if (line.StartsWith("EHLO", StringComparison.OrdinalIgnoreCase))
            {
                var offers = encrypted ? Offers.Where(o => o != "STARTTLS") : Offers;
                await Say(string.Join("\r\n", ["250-mail.acme.test", .. offers.Select(o => $"250-{o}"), "250 SIZE 1000000"]));
            }
            else if (line == "STARTTLS")
            {
                await Say("220 go on");
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(Certificate!);
                stream = secure;
                encrypted = true;
            }
            else if (line == "AUTH LOGIN")
            {
                await Say("334 VXNlcm5hbWU6");
                mail.Commands.Add((await Line())!);
                await Say("334 UGFzc3dvcmQ6");
                mail.Commands.Add((await Line())!);
                await Say("235 welcome");
            }
            else if (line.StartsWith("AUTH", StringComparison.Ordinal))
            {
                await Say("235 welcome");
            }
            else if (line == "DATA")
            {
                await Say("354 go on, end with a dot");
                var content = new StringBuilder();
                while (await Line() is { } text && text != ".")
                    content.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                lock (_mails)
                    _mails.Add(new ReceivedMail([.. mail.Commands], [.. mail.Recipients], content.ToString(), encrypted));
                await Say("250 queued as 1");
            }
            else if (line == "QUIT")
            {
                await Say("221 bye");
                return;
            }
            else
            {
                if (line.StartsWith("RCPT TO:", StringComparison.Ordinal))
                    mail.Recipients.Add(line[8..].Trim('<', '>'));
                await Say("250 ok");
            }
        }

        async Task Say(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _ended.Token);

        // byte by byte: what follows STARTTLS is not ours to read
        async Task<string?> Line()
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (await stream.ReadAsync(one, _ended.Token) == 1)
            {
                if (one[0] == '\n')
                    return line.ToString().TrimEnd('\r');
                line.Append((char)one[0]);
            }

            return null;
        }
    }

    /// <param name="Commands">All that was said until then.</param>
    /// <param name="Content">Header and body as they were meant.</param>
    public sealed record ReceivedMail(List<string> Commands, List<string> Recipients, string Content, bool Encrypted)
    {
        public string Header(string name) =>
            Content[..Content.IndexOf("\r\n\r\n", StringComparison.Ordinal)]
                .Replace("\r\n ", " ", StringComparison.Ordinal)
                .Split("\r\n")
                .Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

        public string Body =>
            Encoding.UTF8.GetString(Convert.FromBase64String(Content[Content.IndexOf("\r\n\r\n", StringComparison.Ordinal)..].Trim()));
    }
}
