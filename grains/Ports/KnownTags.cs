namespace AutoDeploy.Ports;

/// <param name="Listed">All tags that there were have been seen, so that another one is new.</param>
/// <param name="Tags">What each meant; null where only its name was seen.</param>
public sealed record KnownTags(bool Listed, IReadOnlyDictionary<string, string?> Tags);
