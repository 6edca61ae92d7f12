namespace AutoDeploy.Silo;

/// <summary>The process cannot be started with what is configured; the message is one sentence.</summary>
public sealed class SettingsException(string message) : Exception(message);
