using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

public sealed record DeviceRequestResponse(
    string Driver,
    int Count,
    IReadOnlyList<string> DeviceIds,
    IReadOnlyList<string> Capabilities,
    IReadOnlyDictionary<string, string> Options
)
{
    public static DeviceRequestResponse From(DeviceRequest request) =>
        new(request.Driver, request.Count, request.DeviceIds, request.Capabilities, request.Options);
}
