namespace AutoDeploy.Ports;

/// <summary>The tags of an image, each once, in no order that means anything.</summary>
/// <param name="Tags">At most <see cref="IRegistry.MaxTags"/>.</param>
/// <param name="IsCutOff">There are more, which are not listed.</param>
public sealed record ImageTags(IReadOnlyList<string> Tags, bool IsCutOff = false);
