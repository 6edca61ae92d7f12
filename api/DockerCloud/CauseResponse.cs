namespace AutoDeploy.Api.DockerCloud;

/// <param name="Kind">push, person, trigger or engine.</param>
/// <param name="Text">In words.</param>
/// <param name="Push">The uuid of the push, when it was one.</param>
public sealed record CauseResponse(string Kind, string Text, Guid? Push);
