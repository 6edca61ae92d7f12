namespace AutoDeploy.Volumes;

/// <summary>Where the volume that a container gets comes from.</summary>
public enum VolumeOrigin
{
    /// <summary>It is made for the container.</summary>
    New,

    /// <summary>The slot has had it before.</summary>
    Reused,

    /// <summary>The service's settings name it.</summary>
    Named,
}
