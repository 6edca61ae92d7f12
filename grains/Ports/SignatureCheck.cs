namespace AutoDeploy.Ports;

/// <summary>What the signatures of an image are worth.</summary>
/// <param name="Objection">Why it does not count as signed, as the end of a sentence that begins with the image; null: it is
/// signed.</param>
/// <param name="IsMissing">There is no signature at all: it may come yet.</param>
public sealed record SignatureCheck(string? Objection, bool IsMissing = false)
{
    public static readonly SignatureCheck Signed = new(Objection: null);
}
