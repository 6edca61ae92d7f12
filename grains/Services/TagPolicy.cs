using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AutoDeploy.Services.Tags;

namespace AutoDeploy.Services;

/// <summary>
/// Which pushed tags a service follows. Not set: a Docker Hub image follows only the tag <c>latest</c> (Docker Cloud's rule), an
/// image elsewhere its own tag; a pipeline's announcement carries any tag then (Qovery's rule).
/// </summary>
public static class TagPolicy
{
    /// <summary>Its own tag.</summary>
    public const string Same = "same";

    /// <summary>The tag <c>latest</c>, whatever its own.</summary>
    public const string Latest = "latest";

    /// <summary>Every tag.</summary>
    public const string Any = "any";

    /// <summary>
    /// Before a range of versions, with a prefix and a suffix or without: those that it covers and that are not lower than the one that
    /// runs.
    /// </summary>
    public const string Versions = "semver:";

    /// <summary>Before a pattern with wildcards.</summary>
    public const string Glob = "glob:";

    /// <summary>Before a regular expression; with an order, only tags that are not lower than the one that runs.</summary>
    public const string Expression = "regex:";

    /// <summary>The longest range, pattern or expression.</summary>
    public const int MaxRuleLength = 512;

    /// <summary>So many policies are kept ready: judging a push for ten thousand services reads each policy once.</summary>
    private const int MaxCachedRules = 1024;

    private static readonly BoundedCache<ITagRule?> Rules = new(
        MaxCachedRules,
        policy => TryRead(policy, out var rule, out _) ? rule : null
    );

    /// <param name="text">As a person wrote it, without blanks around it.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name.</param>
    public static bool IsValid(string text, [NotNullWhen(false)] out string? error)
    {
        error = text is Same or Latest or Any || TryRead(text, out _, out var reason) ? null : $"is {FormatText(text)}; {reason}";
        return error is null;
    }

    /// <summary>The one tag that the service follows; null when its policy allows others, too.</summary>
    public static string? FindMissingTagProblem(Service service) =>
        service.Settings.TagPolicy switch
        {
            Latest => "latest",
            Same or null => service.RunningImage.Tag,
            _ => null,
        };

    /// <summary>Null when the service follows the tag that somebody pushed, else why it does not, in a sentence.</summary>
    public static string? FindObjection(Service service, string pushed) => FindObjection(service, pushed, announced: false);

    /// <summary>Null when the service follows the pushed tag, else why it does not, in a sentence.</summary>
    /// <param name="announced">A pipeline announced the tag: without a tag policy it is taken, whichever it is.</param>
    public static string? FindObjection(Service service, string pushed, bool announced)
    {
        var image = service.Image;
        if (image.Digest is not null)
            return $"The service's image is pinned to the digest {ServiceVersion.ShortenDigest(image.Digest)}, so it follows no tag.";

        var own = service.RunningImage.Tag;
        return service.Settings.TagPolicy switch
        {
            Any => null,
            Latest => pushed == "latest"
                ? null
                : $"The tag \"{pushed}\" was pushed, and the tag policy \"latest\" follows only \"latest\".",
            Same => pushed == own ? null : $"The tag \"{pushed}\" was pushed, and the service is at \"{own}\" (tag policy \"same\").",
            { } policy => FindObjection(policy, own, pushed),
            _ when announced => null,
            _ when image.IsDockerHub && own != "latest" =>
                $"The tag \"{pushed}\" was pushed; a Docker Hub image follows only \"latest\" unless a tag policy is set, and the "
                    + $"service is at \"{own}\".",
            _ => pushed == own ? null : $"The tag \"{pushed}\" was pushed, and the service is at \"{own}\".",
        };
    }

    /// <summary>
    /// Why the service would go down if it took the pushed tag after the one that is being deployed, in a sentence; null: it would not.
    /// </summary>
    public static string? FindOvertakenBy(Service service, string pushed, string? deploying) =>
        Order(service) is { } order ? Lower(order, pushed, deploying, "which is being deployed") : null;

    /// <summary>
    /// Why the service would go down if it took the pushed tag after the one that is held, in a sentence; null: it would not.
    /// </summary>
    public static string? FindOvertakenByHeld(Service service, string pushed, string? held) =>
        Order(service) is { } order ? Lower(order, pushed, held, "which is held") : null;

    /// <summary>Under a policy with an order: the pushed tag is not higher than another.</summary>
    public static bool IsNoHigher(Service service, string pushed, string? than) => Order(service)?.Compare(pushed, than) <= 0;

    /// <summary>
    /// Whether the service would rather have the one tag than the other, which came later: by a policy with an order, and when both fit,
    /// the
    /// higher one. Other policies have no order but time.
    /// </summary>
    public static bool Prefers(Service service, string? tag, string? later) =>
        tag is not null
        && service.Settings is { Git: null, TagPolicy: { } policy }
        && Order(service) is { } order
        && order.FindObjection(tag, policy) is null
        && (order.Compare(tag, later) ?? 1) > 0;

    /// <summary>
    /// Of the tags that a registry lists, the one that the service would move to now: the one tag that it follows, if it is listed, or by a
    /// policy with an order the highest that fits and is above what runs. Null when there is none, and where the policy follows several
    /// tags
    /// without an order (any, glob, regex): a list does not say which one is newest.
    /// </summary>
    public static string? FindWantedTag(Service service, IReadOnlyList<string> tags)
    {
        if (FindMissingTagProblem(service) is { } followed)
            return tags.Contains(followed) && FindObjection(service, followed) is null ? followed : null;
        if (service.Image.Digest is not null || service.Settings.TagPolicy is not { } policy || Order(service) is not { } order)
            return null;

        string? wanted = null;
        var own = service.RunningImage.Tag;
        var highest = own;
        foreach (var tag in tags)
        {
            if (order.FindObjection(tag, policy) is not null)
                continue;
            var difference = order.Compare(tag, highest) ?? 1;
            if (difference > 0 || (difference == 0 && wanted is not null && IsLikelier(tag, wanted, own)))
                wanted = highest = tag;
        }

        return wanted;
    }

    private static ITagOrder? Order(Service service) => service.Settings.TagPolicy is { } policy ? Rules.Get(policy) as ITagOrder : null;

    private static string? FindObjection(string policy, string? own, string pushed)
    {
        var rule = Rules.Get(policy);
        if (rule is null)
            return $"The service's tag policy {FormatText(policy)} is not one that is known here, so it follows no tag.";
        if (rule.FindObjection(pushed, FormatText(policy)) is { } objection)
            return $"The tag \"{pushed}\" was pushed, {objection}";
        return rule is ITagOrder order ? Lower(order, pushed, own, "which the service is at") : null;
    }

    private static string? Lower(ITagOrder order, string pushed, string? other, string what) =>
        order.Compare(pushed, other) < 0
            ? $"The tag \"{pushed}\" was pushed, {order.LowerThan} \"{other}\", {what}; {order.NeverDown}"
            : null;

    // of equal versions the one that is written as what runs is, with or without a v; else whichever, but always the same
    private static bool IsLikelier(string tag, string than, string? own) =>
        tag.StartsWith('v') != than.StartsWith('v')
            ? tag.StartsWith('v') == (own?.StartsWith('v') is true && VersionRange.Version(own) is not null)
            : string.CompareOrdinal(tag, than) > 0;

    private static bool TryRead(string text, [NotNullWhen(true)] out ITagRule? rule, [NotNullWhen(false)] out string? reason)
    {
        rule = null;
        if (Array.Find((string[])[Versions, Glob, Expression], p => text.StartsWith(p, StringComparison.Ordinal)) is not { } prefix)
        {
            reason =
                "expected \"same\", \"latest\", \"any\", \"semver:RANGE\", \"glob:PATTERN\" or \"regex:PATTERN\", or null for the default";
            return false;
        }

        var rest = text[prefix.Length..];
        if (rest.Length > MaxRuleLength)
        {
            reason = $"expected at most {MaxRuleLength} characters after \"{prefix}\"";
            return false;
        }

        TagPatternError? error;
        rule = prefix switch
        {
            Versions => VersionRange.TryParse(rest, out var range, out error) ? range : null,
            Glob => TagGlob.TryParse(rest, out var glob, out error) ? glob : null,
            _ => ReadExpression(rest, out error),
        };
        reason =
            error is null ? null
            : error.Position >= rest.Length ? $"at the end: {error.Reason}"
            : string.Create(CultureInfo.InvariantCulture, $"at character {prefix.Length + error.Position + 1}: {error.Reason}");
        return error is null;
    }

    private static ITagRule? ReadExpression(string text, out TagPatternError? error)
    {
        if (
            !PolicyOptions.TryReadExpression(text, out var options, out error)
            || !TagExpression.TryParse(options.Text, out var expression, out error)
        )
            return null;
        if (!options.Values.TryGetValue("order", out var word) || PolicyOptions.Order(word) is not { } order || order == TagOrder.Pushed)
            return expression;
        if (expression.Captures <= 1)
            return new OrderedExpression(expression, order);
        error = new TagPatternError(0, "an order needs one group that says by what, or none; write \"(?:\" for other groups");
        return null;
    }

    private static string FormatText(string text) => text.Length > 80 ? $"\"{text[..80]}…\"" : $"\"{text}\"";
}
