namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>A sender's question whether deliveries are welcome, to be answered by a visit.</summary>
/// <param name="Of">What is subscribed to, for people.</param>
/// <param name="Address">The sender's own.</param>
public sealed record SubscriptionConfirmation(string Of, Uri Address);
