using System.Text.RegularExpressions;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A service's name is its DNS name: one label, and nothing that could be taken for a uuid.</summary>
public static partial class ServiceNameRules
{
    private const int MaxLength = 63;

    /// <summary>Null when it may be one, else what is wrong, as the end of a sentence that begins with the field's name.</summary>
    public static string? FindObjection(string name)
    {
        if (name.Length == 0)
            return "is empty; expected 1 to 63 lower-case letters, digits and hyphens";
        if (name.Any(char.IsAsciiLetterUpper))
            return $"is \"{Http.ApiException.Shorten(name)}\"; expected lower-case letters only, such as "
                + $"\"{Http.ApiException.Shorten(name.ToLowerInvariant())}\"";
        if (!Label().IsMatch(name))
            return $"is \"{Http.ApiException.Shorten(name)}\"; expected 1 to 63 lower-case letters, digits and hyphens, without a hyphen "
                + "at either end";
        if (LooksLikeUuid().IsMatch(name))
            return $"is \"{name}\"; expected a name that cannot be taken for a uuid";
        return null;
    }

    /// <summary>
    /// Where no name is given: the last part of the image's or repository's path, made into a label; from the second on with a number.
    /// </summary>
    public static string Derive(string path, int number)
    {
        var last = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var label = NotInLabel().Replace(last, "-").Trim('-');
        if (label.Length == 0 || LooksLikeUuid().IsMatch(label))
            label = "service";
        var end = number == 1 ? "" : FormattableString.Invariant($"-{number}");
        if (label.Length > MaxLength - end.Length)
            label = label[..(MaxLength - end.Length)].TrimEnd('-');
        return label + end;
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInLabel();

    // the CLI takes such a beginning for a uuid and never asks for the name
    [GeneratedRegex(@"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")]
    private static partial Regex LooksLikeUuid();
}
