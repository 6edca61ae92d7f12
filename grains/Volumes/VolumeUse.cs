namespace AutoDeploy.Volumes;

/// <summary>A volume as a container gets it.</summary>
public sealed record VolumeUse(VolumeRecord Volume, string Path, bool ReadOnly, VolumeOrigin Origin)
{
    /// <summary>For the log.</summary>
    public override string ToString() =>
        $"{Path} is on the volume {Volume.Name}"
        + Origin switch
        {
            VolumeOrigin.New => ", which is new",
            VolumeOrigin.Reused => ", as before",
            _ => ", as set",
        }
        + (ReadOnly ? " (read-only)." : ".");
}
