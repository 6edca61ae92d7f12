namespace AutoDeploy.Ports;

/// <param name="Source">The name of a volume, or a path on the host.</param>
/// <param name="Path">Where it is in the container.</param>
public sealed record EngineMount(bool IsVolume, string Source, string Path, bool Writable);
