using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

public sealed class LinkRequest
{
    public RequestValue ToService { get; set; }

    public string Name { get; set; } = "";
}
