namespace AutoDeploy.Api.Hooks;

/// <summary>The way to what senders publish: the keys that they sign with, and what confirms a subscription. Who calls it has seen to it that the address is the sender's.</summary>
public interface ISenderWeb
{
    /// <exception cref="SenderWebException">It did not answer in time, or with too much.</exception>
    Task<SenderWebAnswer> Get(Uri address, CancellationToken cancellationToken);
}

/// <param name="Status">The HTTP status; a redirect is not followed.</param>
/// <param name="MaxAge">So long the answer may be kept; null: it does not say.</param>
public sealed record SenderWebAnswer(int Status, byte[] Body, TimeSpan? MaxAge = null)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>A sender's server could not be asked; the message is a sentence.</summary>
public sealed class SenderWebException(string message, Exception? inner = null) : Exception(message, inner);
