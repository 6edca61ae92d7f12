namespace AutoDeploy.Services.Tags;

/// <summary>What is wrong in a range or a pattern, and where.</summary>
/// <param name="Position">Characters before it; as many as there are: at the end.</param>
/// <param name="Reason">A sentence's second half, without a full stop.</param>
public sealed record TagPatternError(int Position, string Reason)
{
    /// <summary>A piece of the text, short enough for a sentence.</summary>
    public static string Quote(string piece) => piece.Length > 40 ? $"\"{piece[..40]}…\"" : $"\"{piece}\"";
}
