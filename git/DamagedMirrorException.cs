namespace AutoDeploy.Git;

/// <summary>The mirror is damaged. It is deleted and cloned again.</summary>
internal sealed class DamagedMirrorException(string message) : Exception(message);
