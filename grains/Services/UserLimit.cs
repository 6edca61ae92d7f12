namespace AutoDeploy.Services;

/// <summary>A limit of the container's processes, such as <c>nofile</c>; -1 is no limit.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.UserLimit")]
public sealed record UserLimit([property: Id(0)] string Name, [property: Id(1)] long Soft, [property: Id(2)] long Hard);
