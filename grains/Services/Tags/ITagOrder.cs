namespace AutoDeploy.Services.Tags;

/// <summary>A rule that also puts tags in an order; a service that follows it never goes down.</summary>
public interface ITagOrder : ITagRule
{
    /// <summary>What stands before another tag, in a sentence about a lower one.</summary>
    string LowerThan { get; }

    /// <summary>The end of a sentence about a lower tag.</summary>
    string NeverDown { get; }

    /// <summary>Below 0: the tag is lower than the other one. Null: one of them has no place in the order.</summary>
    int? Compare(string? tag, string? other);
}
