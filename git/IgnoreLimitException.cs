namespace AutoDeploy.Git;

/// <summary>A <c>.dockerignore</c> asks for more than it may; the message says what it has too much of.</summary>
internal sealed class IgnoreLimitException(string message) : Exception(message);
