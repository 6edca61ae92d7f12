namespace AutoDeploy.Api.Hooks.Keys;

/// <param name="Status">The HTTP status; a redirect is not followed.</param>
/// <param name="MaxAge">So long the answer may be kept; null: it does not say.</param>
public sealed record SenderHttpResponse(int Status, byte[] Body, TimeSpan? MaxAge = null)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
