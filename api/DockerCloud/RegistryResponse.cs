using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Credentials for one registry, without the password.</summary>
public sealed record RegistryResponse(
    Guid Uuid,
    string ResourceUri,
    string Host,
    string? Path,
    string Username,
    string? TokenHost,
    string CreatedDatetime
)
{
    public static RegistryResponse From(RegistryAccount registryAccount) =>
        new(
            registryAccount.Uuid,
            ResourceUris.For(ResourceUris.Registry, registryAccount.Uuid),
            registryAccount.Host,
            registryAccount.Path.Length == 0 ? null : registryAccount.Path,
            registryAccount.Username,
            registryAccount.TokenHost,
            ApiDates.Format(registryAccount.Created)
        );
}
