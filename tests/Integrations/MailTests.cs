using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AutoDeploy.Integrations.Notifications;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Integrations.Tests;

/// <summary>Mail, spoken with a real server over a real connection.</summary>
public sealed class MailTests
{
    private static readonly NotificationMessage Message = new()
    {
        Id = "failed_1",
        Time = new DateTimeOffset(2025, 10, 13, 11, 1, 43, TimeSpan.Zero),
        Kind = NotificationKind.Failed,
        Subject = "web: redeploy failed",
        Text = "web: redeploy failed: Größe unbekannt.\r\n.\r\nMAIL FROM:<x@y.z>",
        Link = new Uri("https://deploy.acme.test/api/audit/v1/action/1/"),
    };

    [Fact]
    public async Task A_mail_arrives_as_it_was_meant()
    {
        await using var server = new SmtpServer { Offers = ["AUTH LOGIN PLAIN"] };

        var result = await Send($"smtp://ida%40acme.test:p%3Aw@127.0.0.1:{server.Port}", "deploy@acme.test");

        Assert.Equal(
            new DeliveryResult
            {
                IsDelivered = true,
                Status = 250,
                ResponseText = "queued as 1",
            },
            result
        );
        var mail = Assert.Single(server.Mails);
        Assert.Equal(["ops@acme.test", "ida@acme.test"], mail.Recipients);
        Assert.Contains(mail.Commands, command => command.StartsWith("MAIL FROM:<deploy@acme.test>", StringComparison.Ordinal));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.EndsWith("@acme.test>", mail.Header("Message-Id"), StringComparison.Ordinal);
        Assert.Contains("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0ida@acme.test\0p:w")), mail.Commands);
        Assert.Equal("AutoDeploy <deploy@acme.test>", mail.Header("From"));
        Assert.Equal("ops@acme.test, ida@acme.test", mail.Header("To"));
        Assert.Equal("AutoDeploy: web: redeploy failed", mail.Header("Subject"));
        Assert.Equal("Mon, 13 Oct 2025 11:01:43 +0000", mail.Header("Date"));
        Assert.Equal($"{Message.Text}\r\n\r\n{Message.Link}\r\n", mail.Body);
    }

    [Fact]
    public async Task A_server_that_knows_only_login_is_logged_in_to_so()
    {
        await using var server = new SmtpServer { Offers = ["AUTH LOGIN"] };
        Assert.True((await Send($"smtp://ida:pw@127.0.0.1:{server.Port}", "deploy@acme.test")).IsDelivered);
        Assert.Contains(Convert.ToBase64String("pw"u8), Assert.Single(server.Mails).Commands);
    }

    [Fact]
    public async Task Encryption_that_is_offered_is_used_and_a_certificate_that_nobody_trusts_is_not_taken()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mail.acme.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = new SmtpServer { Offers = ["STARTTLS", "AUTH PLAIN"], Certificate = certificate };

        var result = await Send($"smtp://ida:pw@127.0.0.1:{server.Port}", "deploy@acme.test");

        Assert.False(result.IsDelivered);
        Assert.Contains("its certificate is not trusted", result.Error, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task What_the_server_says_is_said()
    {
        await using var server = new SmtpServer { Refusals = { ["RCPT TO:<ida"] = "550-no such user here\r\n550 really" } };

        var result = await Send($"smtp://127.0.0.1:{server.Port}", "deploy@acme.test");

        Assert.Equal(
            (false, 550, $"The mail server 127.0.0.1:{server.Port} answered 550: no such user here."),
            (result.IsDelivered, result.Status, result.Error)
        );
        Assert.Contains(
            "There was no connection to the mail server 127.0.0.1:1,",
            (await Send("smtp://127.0.0.1:1", "deploy@acme.test")).Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("AUTH PLAIN", "535 5.7.8 not you", "refuses the name or the password")]
    [InlineData("EHLO", "what?", "does not speak SMTP.")]
    [InlineData("MAIL FROM", "451 later", "answered 451: later.")]
    [InlineData("DATA", "554 no", "answered 554: no.")]
    public async Task Each_failure_has_its_sentence(string command, string refusal, string sentence)
    {
        await using var server = new SmtpServer { Offers = ["AUTH PLAIN"], Refusals = { [command] = refusal } };

        var result = await Send($"smtp://ida:secret-pw@127.0.0.1:{server.Port}", "deploy@acme.test");

        Assert.False(result.IsDelivered);
        Assert.StartsWith($"The mail server 127.0.0.1:{server.Port} {sentence.TrimEnd('.')}", result.Error, StringComparison.Ordinal);
        Assert.EndsWith(".", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-pw", result.Error, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_without_a_way_to_log_in_gets_no_mail()
    {
        await using var server = new SmtpServer();
        var result = await Send($"smtp://ida:secret-pw@127.0.0.1:{server.Port}", "deploy@acme.test");
        Assert.Equal($"The mail server 127.0.0.1:{server.Port} offers no way to log in with a name and a password.", result.Error);
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData(true, "192.0.2.1", true)]
    [InlineData(false, "127.0.0.1", true)]
    [InlineData(false, "::1", true)]
    [InlineData(false, "192.0.2.1", false)]
    [InlineData(false, "2001:db8::1", false)]
    public void A_password_goes_only_encrypted_or_to_this_machine(bool isSecure, string address, bool may) =>
        Assert.Equal(may, MailSender.MaySendPassword(isSecure, new IPEndPoint(IPAddress.Parse(address), 25)));

    [Fact]
    public async Task Without_a_server_it_says_so() =>
        Assert.Contains("AUTODEPLOY_SMTP_URL", (await Send(null, null)).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("smtp://mail.acme.test", "mail.acme.test", 25, false, "")]
    [InlineData("smtp://ida%40acme.test:x@mail.acme.test", "mail.acme.test", 587, false, "ida@acme.test")]
    [InlineData("smtps://ida:x@mail.acme.test", "mail.acme.test", 465, true, "ida")]
    [InlineData("smtps://mail.acme.test:2465/", "mail.acme.test", 2465, true, "")]
    public void A_server_is_read_out_of_its_url(string url, string host, int port, bool tls, string user)
    {
        var settings = MailSettings.Read(url, "deploy@acme.test");
        Assert.Equal((host, port, tls, user), (settings.Host, settings.Port, settings.Tls, settings.User));
    }

    [Theory]
    [InlineData("mail.acme.test", "a@b.c")]
    [InlineData("http://ida:secret-pw@mail.acme.test", "a@b.c")]
    [InlineData("smtp://ida:secret-pw@mail.acme.test/path", "a@b.c")]
    [InlineData("smtp://ida:secret-pw@mail.acme.test", null)]
    [InlineData("smtp://ida:secret-pw@mail.acme.test", "nobody")]
    public void What_is_no_server_or_no_address_is_refused_without_the_password(string url, string? from)
    {
        var refused = Assert.Throws<ArgumentException>(() => MailSettings.Read(url, from));
        Assert.StartsWith("AUTODEPLOY_SMTP_", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-pw", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<DeliveryResult> Send(string? url, string? from)
    {
        using var client = new WebhookClient(TimeProvider.System);
        var notificationSender = new NotificationSender(MailSettings.Read(url, from), client, TimeProvider.System);
        return await notificationSender.Send(
            new Notification
            {
                Uuid = Guid.NewGuid(),
                Organization = "default",
                Type = NotificationType.Email,
                Recipients = ["ops@acme.test", "ida@acme.test"],
                Created = DateTimeOffset.UtcNow,
            },
            Message,
            default
        );
    }
}
