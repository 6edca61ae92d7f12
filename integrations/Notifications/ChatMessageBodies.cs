using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDeploy.Notifications;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>Formats messages for the incoming webhooks of chats.</summary>
internal static class ChatMessageBodies
{
    /// <summary>Discord's limit for a text, in characters.</summary>
    private const int MaxDiscordLength = 2000;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Escapes Slack's three control characters, so that a message cannot mention (ping) anybody.</summary>
    public static byte[] CreateSlackBody(NotificationMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["text"] = Text(message)
                    .Replace("&", "&amp;", StringComparison.Ordinal)
                    .Replace("<", "&lt;", StringComparison.Ordinal)
                    .Replace(">", "&gt;", StringComparison.Ordinal),
            },
            Json
        );

    /// <summary>Disables mentions, so that a message cannot ping anybody.</summary>
    public static byte[] CreateDiscordBody(NotificationMessage message)
    {
        var text = Text(message);
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["content"] = text.Length <= MaxDiscordLength ? text : string.Concat(text.AsSpan(0, MaxDiscordLength - 1), "…"),
                ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
            },
            Json
        );
    }

    private static string Text(NotificationMessage message) =>
        message.Link is { } link ? $"{message.Text} {link.AbsoluteUri}" : message.Text;
}
