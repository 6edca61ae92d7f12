using System.Net.Mail;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>The server that takes mail, and whom mail is from.</summary>
public sealed record MailSettings
{
    public const string UrlVariable = "AUTODEPLOY_SMTP_URL",
        FromVariable = "AUTODEPLOY_SMTP_FROM";

    private const int SmtpPort = 25,
        SubmissionPort = 587,
        SmtpsPort = 465;

    public static readonly MailSettings None = new();

    /// <summary>Empty: no mail can be sent.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; }

    /// <summary>True: TLS from the start (SMTPS). False: STARTTLS if the server offers it.</summary>
    public bool Tls { get; init; }

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public string From { get; init; } = "";

    public bool HasServer => Host.Length > 0;

    /// <exception cref="ArgumentException">With a sentence, without the password.</exception>
    public static MailSettings Read(string? url, string? from)
    {
        if (string.IsNullOrWhiteSpace(url))
            return None;
        // the message does not repeat the value, which contains a password
        if (
            !Uri.TryCreate(url.Trim(), UriKind.Absolute, out var server)
            || server.Scheme is not ("smtp" or "smtps")
            || server.Host.Length == 0
            || server.AbsolutePath is not ("" or "/")
            || server.Query.Length > 0
        )
            throw new ArgumentException(
                $"{UrlVariable} cannot be read; expected smtp://USER:PASSWORD@HOST:PORT or smtps://…, with special characters "
                    + "percent-encoded."
            );
        var user = server.UserInfo.Split(':', 2);
        var name = Uri.UnescapeDataString(user[0]);
        from = from?.Trim() is { Length: > 0 } given ? given : name;
        if (!MailAddress.TryCreate(from, out var address))
            throw new ArgumentException(
                $"{FromVariable} is \"{from}\"; expected the address that mail is sent from, such as deploy@acme.com."
            );
        var tls = server.Scheme == "smtps";
        return new MailSettings
        {
            Host = server.IdnHost.Trim('[', ']'),
            Port =
                server.Port > 0 ? server.Port
                : tls ? SmtpsPort
                : name.Length > 0 ? SubmissionPort
                : SmtpPort,
            Tls = tls,
            User = name,
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : "",
            From = address.Address,
        };
    }

    public override string ToString() => $"{Host}:{Port}";
}
