namespace AutoDeploy.Api.Hooks;

internal sealed record DockerHubDelivery(DockerHubPush? PushData, DockerHubRepository? Repository);
