using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Two names of one host.</summary>
public sealed record HostAliasResponse(Guid Uuid, string ResourceUri, string Alias, string Host, string CreatedDatetime)
{
    public static HostAliasResponse From(HostAlias alias) =>
        new(alias.Uuid, ResourceUris.For(ResourceUris.HostAlias, alias.Uuid), alias.Alias, alias.Host, ApiDates.Format(alias.Created));
}
