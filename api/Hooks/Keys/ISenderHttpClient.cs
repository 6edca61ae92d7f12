namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>
/// The way to what senders publish: the keys that they sign with, and what confirms a subscription. Who calls it has seen to it that the
/// address is the sender's.
/// </summary>
public interface ISenderHttpClient
{
    /// <exception cref="SenderHttpException">It did not answer in time, or with too much.</exception>
    Task<SenderHttpResponse> Get(Uri address, CancellationToken cancellationToken);
}
