namespace AutoDeploy.Api.DockerCloud;

/// <param name="FromService">A resource uri.</param>
/// <param name="ToService">A resource uri.</param>
public sealed record LinkResponse(string FromService, string Name, string ToService);
