using System.Collections.Immutable;
using System.Net.Mail;
using AutoDeploy.Api.Http;
using AutoDeploy.Notifications;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Reads the members of a notification.</summary>
internal static class NotificationMembers
{
    /// <summary>Stands for what is not shown of a URL.</summary>
    public const string Hidden = "***";

    private const int LongestSecret = 1024, MostRecipients = 50, MostServices = 1000;

    public static readonly ImmutableArray<NotificationKind> Kinds = [.. Enum.GetValues<NotificationKind>()];

    public static readonly string[] Types = [.. Enum.GetValues<NotificationType>().Select(Text)];

    public static string Text(NotificationType type) => type.ToString().ToLowerInvariant();

    public static NotificationType ReadType(Value value) =>
        value.IsText ? Enum.Parse<NotificationType>(value.OneOf(Types), ignoreCase: true) : throw value.NotA(Words.Or(Types));

    /// <summary>Null for null. What is wrong is not said back: the URL can be a secret.</summary>
    public static Uri? ReadUrl(Value value)
    {
        const string Expected = "expected an http or https URL";
        if (value.IsText && value.Line(WebUrl.Longest).TrimEnd().EndsWith(Hidden, StringComparison.Ordinal))
            throw value.Wrong($"is the URL as it is shown, without its secret part; {Expected}, or leave it out to keep the one that is set");
        var url = WebUrl.Read(value, Expected);
        return url?.Fragment.Length > 0 ? throw value.Wrong($"has a \"#\", and what follows would not be sent; {Expected} without") : url;
    }

    /// <summary>Without what can be a secret.</summary>
    public static string? Show(Uri? url) =>
        url is null ? null : url.PathAndQuery == "/" ? url.AbsoluteUri : url.GetLeftPart(UriPartial.Authority) + "/" + Hidden;

    public static ImmutableArray<string> ReadRecipients(Value value)
    {
        if (value.IsText)
            return [ReadRecipient(value)];
        return [.. value.Items(MostRecipients).Select(ReadRecipient).Distinct(StringComparer.Ordinal)];
    }

    public static ImmutableArray<NotificationKind> ReadEvents(Value value)
    {
        if (value.IsNull)
            return [.. NotificationKinds.Usual];
        var kinds = value.Items(Kinds.Length).Select(ReadKind).Distinct().Order().ToImmutableArray();
        return kinds.IsEmpty ? throw value.Wrong($"is empty; expected some of {Words.Or([.. Kinds.Select(k => k.Text())])}") : kinds;
    }

    public static async Task<ImmutableArray<Guid>> ReadServices(Value value, ServiceLookup services, CancellationToken cancellationToken)
    {
        var found = new List<Guid>();
        foreach (var item in value.Items(MostServices))
        {
            if (!item.IsText)
                throw item.NotA("the name, uuid or resource uri of a service");
            found.Add((await services.Resolve(item, null, cancellationToken)).Uuid);
        }

        return [.. found.Distinct()];
    }

    public static string? ReadSecret(Value value)
    {
        if (value.IsNull)
            return null;
        return value.Line(LongestSecret) is { Length: > 0 } secret ? secret : throw value.Wrong("is empty; expected what messages are signed with, or null for none");
    }

    private static NotificationKind ReadKind(Value item)
    {
        if (!item.IsText)
            throw item.NotA(Words.Or([.. Kinds.Select(k => k.Text())]));
        var word = item.OneOf([.. Kinds.Select(k => k.Text())]);
        return Kinds.First(kind => kind.Text() == word);
    }

    private static string ReadRecipient(Value item)
    {
        if (!item.IsText)
            throw item.NotA("an address such as \"ops@acme.com\"");
        var text = item.Line(320).Trim();
        return MailAddress.TryCreate(text, out var address) && address.Address == text && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>' or '"' or ',' or ';'))
            ? text
            : throw item.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected an address such as \"ops@acme.com\"");
    }
}
