using AutoDeploy.Notifications;
using AutoDeploy.Ports;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>Posts messages, or mails them.</summary>
public sealed class NotificationSender(MailSettings mail, WebhookClient client, TimeProvider time) : INotifier
{
    public Task<DeliveryResult> Send(Notification notification, NotificationMessage message, CancellationToken cancellationToken) =>
        WebhookClient.RunWithTimeout(
            limited =>
                notification.Type == NotificationType.Email
                    ? MailMessageSender.Send(mail, notification, message, limited)
                    : Post(notification, message, limited),
            cancellationToken
        );

    private async Task<DeliveryResult> Post(Notification notification, NotificationMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, notification.Url);
        var body = notification.Type switch
        {
            NotificationType.Slack => ChatMessageBodies.CreateSlackBody(message),
            NotificationType.Discord => ChatMessageBodies.CreateDiscordBody(message),
            _ => WebhookBody.From(message),
        };
        if (notification.Type == NotificationType.Webhook)
            WebhookSignature.Add(request.Headers, message.Id, time.GetUtcNow(), body, notification.Secret);
        return await client.Post(request, body, null, cancellationToken);
    }
}
