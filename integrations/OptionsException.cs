namespace AutoDeploy.Integrations;

/// <summary>The process cannot be started like this; the message is one sentence.</summary>
public sealed class OptionsException(string message) : Exception(message);
