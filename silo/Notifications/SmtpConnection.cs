using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AutoDeploy.Silo.Notifications;

/// <summary>One conversation with a mail server (RFC 5321): TLS from the beginning or by STARTTLS, AUTH PLAIN or LOGIN.</summary>
internal sealed class SmtpConnection(MailSettings settings) : IAsyncDisposable
{
    private const int LongestLine = 2048, MostLines = 100;

    private static readonly string[] LineEnds = ["\r\n", "\n"];

    private readonly byte[] _buffer = new byte[4096];
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;

    /// <summary>Sends one mail; answers what the server said when it took it.</summary>
    /// <param name="recipients">Addresses.</param>
    /// <param name="content">Header and body, all ASCII.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="SmtpException">It was not taken for all of them.</exception>
    public async Task<(int Status, string Answer)> Send(IReadOnlyList<string> recipients, string content, CancellationToken cancellationToken)
    {
        try
        {
            await Connect(cancellationToken);
            await Command($"MAIL FROM:<{settings.From}>", 250, cancellationToken);
            foreach (var recipient in recipients)
                await Command($"RCPT TO:<{recipient}>", 250, cancellationToken);
            await Command("DATA", 354, cancellationToken);
            // a line that begins with a dot would be the end
            var lines = content.Split(LineEnds, StringSplitOptions.None).Select(line => line.StartsWith('.') ? "." + line : line);
            var answer = await Command(string.Join("\r\n", lines) + "\r\n.", 250, cancellationToken);
            await Write("QUIT", cancellationToken);
            return answer;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new SmtpException($"There was no connection to the mail server {settings}, or it was lost.");
        }
        catch (AuthenticationException)
        {
            throw new SmtpException($"There was no secure connection to the mail server {settings}: its certificate is not trusted, or it does not speak TLS.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task Connect(CancellationToken cancellationToken)
    {
        await _client.ConnectAsync(settings.Host, settings.Port, cancellationToken);
        _stream = _client.GetStream();
        if (settings.Tls)
            await Encrypt(cancellationToken);
        await Answer(220, cancellationToken);
        var offers = await Hello(cancellationToken);
        if (!settings.Tls && offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
        {
            await Command("STARTTLS", 220, cancellationToken);
            // what came unencrypted after that may be anybody's
            _start = _end = 0;
            await Encrypt(cancellationToken);
            offers = await Hello(cancellationToken);
        }

        if (settings.User.Length > 0)
            await LogIn(offers, cancellationToken);
    }

    private async Task Encrypt(CancellationToken cancellationToken)
    {
        var secure = new SslStream(_stream);
        _stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host }, cancellationToken);
    }

    private async Task<string[]> Hello(CancellationToken cancellationToken)
    {
        var (_, answer) = await Command("EHLO [127.0.0.1]", 250, cancellationToken);
        return answer.Split('\n');
    }

    private async Task LogIn(string[] offers, CancellationToken cancellationToken)
    {
        if (_stream is not SslStream && !(_client.Client.RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address)))
            throw new SmtpException($"The mail server {settings} does not offer encryption, and a password is not sent without.");
        var ways = offers.FirstOrDefault(offer => offer.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.Split(' ') ?? [];
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await Command("AUTH PLAIN " + Base64($"\0{settings.User}\0{settings.Password}"), 235, cancellationToken);
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            await Command("AUTH LOGIN", 334, cancellationToken);
            await Command(Base64(settings.User), 334, cancellationToken);
            await Command(Base64(settings.Password), 235, cancellationToken);
        }
        else
        {
            throw new SmtpException($"The mail server {settings} offers no way to log in with a name and a password (PLAIN or LOGIN).");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<(int Status, string Answer)> Command(string command, int expected, CancellationToken cancellationToken)
    {
        await Write(command, cancellationToken);
        return await Answer(expected, cancellationToken);
    }

    private async Task Write(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Lines of <c>250-TEXT</c>, the last with a space instead of the hyphen.</summary>
    private async Task<(int Status, string Answer)> Answer(int expected, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        while (lines.Count < MostLines)
        {
            var line = await Line(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new SmtpException($"The mail server {settings} does not speak SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            var answer = string.Join('\n', lines);
            return status == expected || (expected == 250 && status == 251)
                ? (status, answer)
                : throw new SmtpException($"The mail server {settings} answered {status}: {lines[0].TrimEnd('.')}.", status, answer);
        }

        throw new SmtpException($"The mail server {settings} does not stop talking.");
    }

    private async Task<string> Line(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            if (_start == _end)
            {
                _end = await _stream.ReadAsync(_buffer, cancellationToken);
                _start = 0;
                if (_end == 0)
                    throw new IOException("The connection was closed.");
            }

            var character = (char)_buffer[_start++];
            if (character == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(char.IsControl(character) && character != '\r' ? ' ' : character);
        }

        throw new SmtpException($"The mail server {settings} does not speak SMTP.");
    }
}
