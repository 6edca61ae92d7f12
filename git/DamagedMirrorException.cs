namespace AutoDeploy.Git;

/// <summary>A mirror is not what it was; it is thrown away and made anew.</summary>
internal sealed class DamagedMirrorException(string message) : Exception(message);
