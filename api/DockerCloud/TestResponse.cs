namespace AutoDeploy.Api.DockerCloud;

/// <summary>What became of a test message.</summary>
/// <param name="Status">What was answered, of HTTP or SMTP; null: nothing.</param>
/// <param name="Answer">The beginning of what was answered.</param>
/// <param name="Error">Why it was not delivered, in a sentence; null when it was.</param>
public sealed record TestResponse(bool Delivered, int? Status, string Answer, string? Error);
