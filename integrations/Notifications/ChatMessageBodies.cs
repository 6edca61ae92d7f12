using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDeploy.Notifications;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>What incoming webhooks of chats take.</summary>
internal static class ChatMessageBodies
{
    /// <summary>Discord takes no longer text.</summary>
    private const int MaxDiscordLength = 2000;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The three characters with a meaning of their own are written as Slack asks for; so nobody is called by a text of ours.
    /// </summary>
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

    /// <summary>Nobody is called by a text of ours.</summary>
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
