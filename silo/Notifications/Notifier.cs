using AutoDeploy.Notifications;
using AutoDeploy.Ports;

namespace AutoDeploy.Silo.Notifications;

/// <summary>Posts messages, or mails them.</summary>
public sealed class Notifier(MailSettings mail, Poster poster, TimeProvider time) : INotifier
{
    public Task<Receipt> Send(Notification notification, NotificationMessage message, CancellationToken cancellationToken) => Poster.Within(
        limited => notification.Type == NotificationType.Email ? Mail.Send(mail, notification, message, limited) : Post(notification, message, limited),
        cancellationToken);

    private async Task<Receipt> Post(Notification notification, NotificationMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, notification.Url);
        var body = notification.Type switch
        {
            NotificationType.Slack => ChatBodies.Slack(message),
            NotificationType.Discord => ChatBodies.Discord(message),
            _ => WebhookBody.Of(message),
        };
        if (notification.Type == NotificationType.Webhook)
            WebhookSignature.Add(request.Headers, message.Id, time.GetUtcNow(), body, notification.Secret);
        return await poster.Post(request, body, null, cancellationToken);
    }
}
