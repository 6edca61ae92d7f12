namespace AutoDeploy.Api.Hooks;

/// <summary>Whether a delivery was signed by whom it says.</summary>
/// <param name="Status">200, or what is answered.</param>
/// <param name="Sentence">Why it is not, or cannot be found out.</param>
public readonly record struct Proof(int Status, string Sentence)
{
    public static readonly Proof Right = new(StatusCodes.Status200OK, "");

    public bool IsRight => Status == StatusCodes.Status200OK;

    /// <summary>It is not who it says.</summary>
    public static Proof Wrong(string sentence) => new(StatusCodes.Status401Unauthorized, sentence);

    /// <summary>The key is not to be had now; the sender may try again.</summary>
    public static Proof Unknown(SenderWebException failure) =>
        new(StatusCodes.Status503ServiceUnavailable, $"Who sent this cannot be found out now: {failure.Message}");
}
