using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDeploy.Api.Hooks;

/// <summary>The answer to the question that the abuse protection of CloudEvents' webhooks has senders ask.</summary>
/// <param name="AllowedOrigin">Who asked.</param>
/// <param name="AllowedRate">Deliveries a minute, or <c>*</c> for any number.</param>
internal sealed partial record CloudEventHandshake(string AllowedOrigin, string AllowedRate)
{
    public const string Origin = "WebHook-Request-Origin";
    public const string Rate = "WebHook-Request-Rate";

    /// <summary>Null when it is not said who asks.</summary>
    /// <param name="perSecond">So many deliveries are taken; 0: any number.</param>
    public static CloudEventHandshake? From(IHeaderDictionary headers, int perSecond)
    {
        if (headers[Origin] is not [{ Length: <= 253 } origin] || !Host().IsMatch(origin))
            return null;
        long? ours = perSecond == 0 ? null : perSecond * 60L;
        long? asked =
            long.TryParse(headers[Rate], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
        var rate =
            asked is null ? ours
            : ours is null ? asked
            : Math.Min(asked.Value, ours.Value);
        return new CloudEventHandshake(origin, rate?.ToString(CultureInfo.InvariantCulture) ?? "*");
    }

    public void Write(IHeaderDictionary headers)
    {
        headers.Allow = HttpMethods.Post;
        headers["WebHook-Allowed-Origin"] = AllowedOrigin;
        headers["WebHook-Allowed-Rate"] = AllowedRate;
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\z")]
    private static partial Regex Host();
}
