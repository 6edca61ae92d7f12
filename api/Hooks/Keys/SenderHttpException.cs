namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>A sender's server could not be asked; the message is a sentence.</summary>
public sealed class SenderHttpException(string message, Exception? inner = null) : Exception(message, inner);
