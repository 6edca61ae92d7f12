namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>The keys that senders sign with and publish.</summary>
public sealed class SenderKeys(ISenderHttpClient client, TimeProvider time)
{
    /// <summary>Not before it is needed: it is the only one that loads the library for tokens.</summary>
    private readonly Lazy<GoogleTokens> _google = new(() => new GoogleTokens(client, time));

    internal GoogleTokens Google => _google.Value;

    internal SnsSignatures Sns { get; } = new(client, time);
}
