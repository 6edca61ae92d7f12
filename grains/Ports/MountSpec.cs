namespace AutoDeploy.Ports;

/// <param name="Source">A path on the host, or the name of a volume.</param>
/// <param name="Volume">The source is a volume of ours; it is made with our labels if it is missing.</param>
public sealed record MountSpec(string Source, string Target, bool ReadOnly, bool Volume = false);
