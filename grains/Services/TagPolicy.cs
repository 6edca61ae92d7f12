using System.Diagnostics.CodeAnalysis;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>
/// Which pushed tags a service follows. Not set: a Docker Hub image follows only the tag <c>latest</c> (Docker Cloud's rule), an
/// image elsewhere its own tag.
/// </summary>
public static class TagPolicy
{
    /// <summary>Its own tag.</summary>
    public const string Same = "same";

    /// <summary>The tag <c>latest</c>, whatever its own.</summary>
    public const string Latest = "latest";

    /// <summary>Every tag.</summary>
    public const string Any = "any";

    /// <param name="text">As a person wrote it.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name.</param>
    public static bool IsValid(string text, [NotNullWhen(false)] out string? error)
    {
        error = text is Same or Latest or Any ? null : $"is \"{text}\"; expected \"same\", \"latest\" or \"any\", or null for the default";
        return error is null;
    }

    /// <summary>The one tag that the service follows; null when its policy allows others, too.</summary>
    public static string? HasOwnTag(Service service) => service.Settings.TagPolicy switch
    {
        Latest => "latest",
        Same or null => service.RunningImage.Tag,
        _ => null,
    };

    /// <summary>Of the tags that a registry lists the one that the service would move to now, or null.</summary>
    public static string? Wanted(Service service, IReadOnlyList<string> tags) => HasOwnTag(service) is { } own && tags.Contains(own) ? own : null;

    /// <summary>Null when the service follows the pushed tag, else why it does not, in a sentence.</summary>
    /// <param name="service">Of an image.</param>
    /// <param name="pushed">The tag.</param>
    /// <param name="announced">By a pipeline: without a policy that carries any tag (Qovery's rule).</param>
    public static string? Objection(Service service, string pushed, bool announced = false)
    {
        var image = service.Image;
        if (image.Digest is not null)
            return $"The service's image is pinned to the digest {ServiceVersion.ShortDigest(image.Digest)}, so it follows no tag.";

        var own = service.RunningImage.Tag;
        return service.Settings.TagPolicy switch
        {
            Any => null,
            null when announced => null,
            Latest => pushed == "latest" ? null : $"The tag \"{pushed}\" was pushed, and the tag policy \"latest\" follows only \"latest\".",
            Same => pushed == own ? null : $"The tag \"{pushed}\" was pushed, and the service is at \"{own}\" (tag policy \"same\").",
            _ when image.IsDockerHub && own != "latest" =>
                $"The tag \"{pushed}\" was pushed; a Docker Hub image follows only \"latest\" unless a tag policy is set, and the service is at \"{own}\".",
            _ => pushed == own ? null : $"The tag \"{pushed}\" was pushed, and the service is at \"{own}\".",
        };
    }
}
