namespace AutoDeploy.Services.Tags;

/// <summary>Tags that an expression covers, in the order of what it captures.</summary>
/// <param name="expression">Captures once, or not at all: then it is the whole tag.</param>
/// <param name="order">Any but <see cref="TagOrder.Pushed"/>.</param>
public sealed class OrderedExpression(TagExpression expression, TagOrder order) : ITagOrder
{
    public string LowerThan =>
        $"lower in {(order == TagOrder.Alphabetical ? "alphabetical" : order.ToString().ToLowerInvariant())} order than";

    public string NeverDown => "a tag policy with an order never goes down.";

    public string? FindObjection(string tag, string policy) =>
        expression.FindObjection(tag, policy) is { } objection ? objection
        : Key(tag) is null
            ? $"and {TagPatternError.Quote(expression.Capture(tag) ?? "")} in it is {Expected}, by which the tag policy {policy} "
                + "puts tags in order."
        : null;

    public int? Compare(string? tag, string? other) => Key(tag) is { } key && Key(other) is { } than ? key.CompareTo(than) : null;

    private string Expected =>
        order switch
        {
            TagOrder.Semver => "not a version such as \"1.2.3\"",
            TagOrder.Numeric => "not a number",
            TagOrder.Date => "not a date such as \"20260131\"",
            _ => "no text",
        };

    private TagKey? Key(string? tag) => tag is not null && expression.Capture(tag) is { } captured ? TagKey.Read(captured, order) : null;
}
