namespace AutoDeploy.Services.Tags;

/// <summary>Tells tags that a policy covers from others; can be asked from many threads.</summary>
public interface ITagRule
{
    /// <summary>Null when the tag is covered, else why it is not, as what follows "The tag … was pushed, ".</summary>
    /// <param name="policy">The policy in quotes, for the sentence.</param>
    string? FindObjection(string tag, string policy);
}
