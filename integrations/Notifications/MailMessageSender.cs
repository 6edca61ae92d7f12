using AutoDeploy.Notifications;
using AutoDeploy.Ports;
using MimeKit;
using MimeKit.Text;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>Formats a message as a plain-text mail.</summary>
internal static class MailMessageSender
{
    public static async Task<DeliveryResult> Send(
        MailSettings settings,
        Notification notification,
        NotificationMessage message,
        CancellationToken cancellationToken
    )
    {
        if (!settings.HasServer)
            return DeliveryResult.CreateFailure($"This process has no mail server; set {MailSettings.UrlVariable}.");
        using var mail = Compose(settings, notification, message);
        return await MailSender.Send(settings, mail, cancellationToken);
    }

    private static MimeMessage Compose(MailSettings settings, Notification notification, NotificationMessage message)
    {
        var text = message.Link is { } link ? $"{message.Text}\r\n\r\n{link.AbsoluteUri}\r\n" : $"{message.Text}\r\n";
        var mail = new MimeMessage
        {
            Subject = $"AutoDeploy: {message.Subject}",
            Date = message.Time.ToUniversalTime(),
            // the same for each attempt, so that a repeat can be recognized
            MessageId = $"{message.Id}.{notification.Uuid:N}@{settings.From[(settings.From.IndexOf('@', StringComparison.Ordinal) + 1)..]}",
            Body = new TextPart(TextFormat.Plain) { Text = text, ContentTransferEncoding = ContentEncoding.Base64 },
        };
        mail.From.Add(new MailboxAddress("AutoDeploy", settings.From));
        mail.To.AddRange(notification.Recipients.Select(recipient => new MailboxAddress("", recipient)));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
