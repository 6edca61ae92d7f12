using System.Collections.Immutable;
using System.Net.Mail;
using AutoDeploy.Api.Http;
using AutoDeploy.Notifications;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Reads the members of a notification.</summary>
internal static class NotificationBinding
{
    /// <summary>Stands for what is not shown of a URL.</summary>
    public const string Hidden = "***";

    private const int MaxSecretLength = 1024,
        MaxRecipients = 50,
        MaxServices = 1000;

    public static readonly ImmutableArray<NotificationKind> Kinds = [.. Enum.GetValues<NotificationKind>()];

    public static readonly string[] Types = [.. Enum.GetValues<NotificationType>().Select(Text)];

    public static string Text(NotificationType type) => type.ToString().ToLowerInvariant();

    public static NotificationType ReadType(RequestValue value) =>
        value.IsText
            ? Enum.Parse<NotificationType>(value.ReadOneOf(Types), ignoreCase: true)
            : throw value.CreateTypeError(SentenceText.JoinWithOr(Types));

    /// <summary>Null for null. What is wrong is not said back: the URL can be a secret.</summary>
    public static Uri? ReadUrl(RequestValue value)
    {
        const string Expected = "expected an http or https URL";
        if (value.IsText && value.ReadLine(WebUrl.MaxLength).TrimEnd().EndsWith(Hidden, StringComparison.Ordinal))
            throw value.CreateError(
                $"is the URL as it is shown, without its secret part; {Expected}, or leave it out to keep the one that is set"
            );
        var url = WebUrl.Read(value, Expected);
        return url?.Fragment.Length > 0
            ? throw value.CreateError($"has a \"#\", and what follows would not be sent; {Expected} without")
            : url;
    }

    /// <summary>Without what can be a secret.</summary>
    public static string? Show(Uri? url) =>
        url is null ? null
        : url.PathAndQuery == "/" ? url.AbsoluteUri
        : url.GetLeftPart(UriPartial.Authority) + "/" + Hidden;

    public static ImmutableArray<string> ReadRecipients(RequestValue value)
    {
        if (value.IsText)
            return [ReadRecipient(value)];
        return [.. value.ReadItems(MaxRecipients).Select(ReadRecipient).Distinct(StringComparer.Ordinal)];
    }

    public static ImmutableArray<NotificationKind> ReadEvents(RequestValue value)
    {
        if (value.IsNull)
            return [.. NotificationKindMapper.Default];
        var kinds = value.ReadItems(Kinds.Length).Select(ReadKind).Distinct().Order().ToImmutableArray();
        return kinds.IsEmpty
            ? throw value.CreateError($"is empty; expected some of {SentenceText.JoinWithOr([.. Kinds.Select(k => k.Format())])}")
            : kinds;
    }

    public static async Task<ImmutableArray<Guid>> ReadServices(
        RequestValue value,
        ServiceLookup services,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Guid>();
        foreach (var item in value.ReadItems(MaxServices))
        {
            if (!item.IsText)
                throw item.CreateTypeError("the name, uuid or resource uri of a service");
            found.Add((await services.Resolve(item, null, cancellationToken)).Uuid);
        }

        return [.. found.Distinct()];
    }

    public static string? ReadSecret(RequestValue value)
    {
        if (value.IsNull)
            return null;
        return value.ReadLine(MaxSecretLength) is { Length: > 0 } secret
            ? secret
            : throw value.CreateError("is empty; expected what messages are signed with, or null for none");
    }

    private static NotificationKind ReadKind(RequestValue item)
    {
        if (!item.IsText)
            throw item.CreateTypeError(SentenceText.JoinWithOr([.. Kinds.Select(k => k.Format())]));
        var word = item.ReadOneOf([.. Kinds.Select(k => k.Format())]);
        return Kinds.First(kind => kind.Format() == word);
    }

    private static string ReadRecipient(RequestValue item)
    {
        if (!item.IsText)
            throw item.CreateTypeError("an address such as \"ops@acme.com\"");
        var text = item.ReadLine(320).Trim();
        return
            MailAddress.TryCreate(text, out var address)
            && address.Address == text
            && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>' or '"' or ',' or ';'))
            ? text
            : throw item.CreateError($"is \"{ApiException.Shorten(text)}\"; expected an address such as \"ops@acme.com\"");
    }
}
