namespace AutoDeploy.Api.Hooks;

/// <summary>The keys that senders sign with and publish.</summary>
public sealed class SenderKeys(ISenderWeb web, TimeProvider time)
{
    /// <summary>Not before it is needed: it is the only one that loads the library for tokens.</summary>
    private readonly Lazy<GoogleTokens> _google = new(() => new GoogleTokens(web, time));

    internal GoogleTokens Google => _google.Value;

    internal SnsSignatures Sns { get; } = new(web, time);
}
