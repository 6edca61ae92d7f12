using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

public sealed class VolumeBindingRequest
{
    public string? HostPath { get; set; }

    public string ContainerPath { get; set; } = "";

    public bool Rewritable { get; set; } = true;

    public RequestValue? Volume { get; set; }

    public RequestValue? VolumesFrom { get; set; }
}
