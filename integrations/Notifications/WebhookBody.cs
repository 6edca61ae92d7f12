using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Notifications;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>The body of a webhook, <c>{"type", "timestamp", "data"}</c>, as Standard Webhooks recommends.</summary>
internal static class WebhookBody
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] From(NotificationMessage message)
    {
        var data = new JsonObject { ["text"] = message.Text };
        if (message.Event is { } ledgerEvent)
        {
            data["event"] = ledgerEvent.Number;
            data["organization"] = ledgerEvent.Organization;
            data["service"] = ledgerEvent.ServiceName;
            data["service_uuid"] = ledgerEvent.ServiceId?.ToString();
            if (ledgerEvent.Deployment is { } deployment)
                Add(data, deployment);
            if (ledgerEvent.Verdict is { } verdict)
                data["reason"] = verdict.Reason;
            data["link"] = message.Link?.AbsoluteUri;
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["type"] = message.Kind?.Format() ?? "test",
                ["timestamp"] = Text(message.Time),
                ["data"] = data,
            },
            Json
        );
    }

    private static void Add(JsonObject data, Deployment deployment)
    {
        data["action"] = deployment.Uuid.ToString();
        data["operation"] = deployment.Operation.ToString().ToLowerInvariant();
        data["image"] = deployment.Image;
        data["digest"] = deployment.Digest;
        data["commit"] = deployment.Commit;
        data["result"] = deployment.Result;
        data["cause"] = deployment.Cause.Text;
        data["started"] = deployment.Started is { } started ? Text(started) : null;
        data["ended"] = deployment.Ended is { } ended ? Text(ended) : null;
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
