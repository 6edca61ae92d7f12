using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;

namespace AutoDeploy.Silo.Notifications;

/// <summary>Posts messages, or mails them. Addresses of the own network are as good as any: whoever sets them has the admin token.</summary>
public sealed class Notifier(MailSettings mail, TimeProvider time) : INotifier, IDisposable
{
    private const int LongestAnswer = 1000;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // where to post to was set, and nobody else decides it
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<Receipt> Send(Notification notification, NotificationMessage message, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            return notification.Type == NotificationType.Email
                ? await Mail.Send(mail, notification, message, limited.Token)
                : await Post(notification, message, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"There was no answer within {Limit.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException failure)
        {
            return Failed(Sentence(failure));
        }
    }

    public void Dispose() => _http.Dispose();

    public static Receipt Failed(string sentence) => new() { Delivered = false, Error = sentence };

    private async Task<Receipt> Post(Notification notification, NotificationMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, notification.Url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AutoDeploy", null));
        var body = notification.Type switch
        {
            NotificationType.Slack => ChatBodies.Slack(message),
            NotificationType.Discord => ChatBodies.Discord(message),
            _ => WebhookBody.Of(message),
        };
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (notification.Type == NotificationType.Webhook)
            WebhookSignature.Add(request.Headers, message.Id, time.GetUtcNow(), body, notification.Secret);

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var answer = await Beginning(response.Content, cancellationToken);
        var status = (int)response.StatusCode;
        return response.IsSuccessStatusCode
            ? new Receipt { Delivered = true, Status = status, Answer = answer }
            : new Receipt
            {
                Delivered = false,
                Status = status,
                Answer = answer,
                Error = status is >= 300 and < 400
                    ? $"The answer was a redirect ({status}), which is not followed; expected a status from 200 to 299."
                    : $"The answer was {status}; expected a status from 200 to 299.",
                RetryAfter = RetryAfter(response.Headers),
            };
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers) =>
        headers.RetryAfter is not { } asked ? null : asked.Delta ?? (asked.Date - time.GetUtcNow());

    /// <summary>As much as a person needs to see what is wrong; there is no end to what may be sent.</summary>
    private static async Task<string> Beginning(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestAnswer];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, length);
        return new string([.. text.Where(c => c is '\n' or '\t' || !char.IsControl(c))]);
    }

    /// <summary>Without the URL, which can be a secret.</summary>
    private static string Sentence(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The host's name is not known.",
        HttpRequestError.ConnectionError => "There was no connection to the host.",
        HttpRequestError.SecureConnectionError => "There was no secure connection to the host: its certificate is not trusted, or it does not speak TLS.",
        HttpRequestError.ResponseEnded => "The connection was closed before there was an answer.",
        HttpRequestError.InvalidResponse => "The answer was not HTTP.",
        _ => failure.StatusCode is { } status
            ? string.Create(CultureInfo.InvariantCulture, $"The answer was {(int)status}.")
            : "There was no answer.",
    };
}
