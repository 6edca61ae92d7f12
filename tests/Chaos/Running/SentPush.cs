namespace AutoDeploy.Chaos.Tests.Running;

/// <param name="Delivery">The sender's id of it, which AutoDeploy shows as the pusher.</param>
public sealed record SentPush(string Repository, string Delivery, string Digest, bool Good, bool Reversed);
