namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>Whether a delivery was signed by whom it says.</summary>
/// <param name="Status">200, or what is answered.</param>
/// <param name="Sentence">Why it is not, or cannot be found out.</param>
public readonly record struct SenderVerification(int Status, string Sentence)
{
    public static readonly SenderVerification Verified = new(StatusCodes.Status200OK, "");

    public bool IsVerified => Status == StatusCodes.Status200OK;

    /// <summary>It is not who it says.</summary>
    public static SenderVerification CreateRefusal(string sentence) => new(StatusCodes.Status401Unauthorized, sentence);

    /// <summary>The key is not to be had now; the sender may try again.</summary>
    public static SenderVerification CreateUnavailable(SenderHttpException failure) =>
        new(StatusCodes.Status503ServiceUnavailable, $"Who sent this cannot be found out now: {failure.Message}");
}
