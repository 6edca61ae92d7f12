using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Organizations;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What is set for all services of an organization.</summary>
public static class OrganizationSettingsEndpoints
{
    private static readonly MemberTable<Draft> Members = new(
    [
        new("deploy_windows", Schemas.Objects("When pushes are deployed; none: at any time. A service's own have to be open too.", WindowMembers.Table),
            (d, v) => d.Settings = d.Settings with { Windows = WindowMembers.ReadAll(v) }),
        new("frozen", Schemas.Text("Why nothing new is deployed; null: it is."), (d, v) => d.Settings = d.Settings with { Frozen = WindowMembers.ReadFrozen(v) }),
    ], ["uuid", "resource_uri", "name"]);

    public static void MapOrganizationSettings(this IEndpointRouteBuilder app)
    {
        var organization = app.MapGroup(Uris.Organization + "/{uuid}").WithTags("organization");
        organization.MapGet("/", Get).WithSummary("Get what is set for all services of an organization, by its uuid or name").Fails(404);
        organization.MapPatch("/", Patch)
            .WithSummary("Change what is set for all services of an organization; null sets a member back").Takes(Members, creating: false).Fails(400, 404, 413);
    }

    private static async Task<Ok<OrganizationSettingsObject>> Get(string uuid, OrganizationIdentity identity, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var name = await identity.Find(uuid, cancellationToken);
        return TypedResults.Ok(await Of(name, await grains.GetGrain<IOrganizationGrain>(name).Get(), identity, cancellationToken));
    }

    private static async Task<Ok<OrganizationSettingsObject>> Patch(
        string uuid, HttpContext context, OrganizationIdentity identity, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var name = await identity.Find(uuid, cancellationToken);
        var body = await JsonBody.Read(context);
        var grain = grains.GetGrain<IOrganizationGrain>(name);
        while (true)
        {
            var draft = new Draft { Settings = await grain.Get() };
            Members.Read(new Value(body, ""), draft, creating: false);

            // null: somebody else was quicker; what this request changes goes on top of that
            if (await grain.Configure(draft.Settings) is { } settings)
                return TypedResults.Ok(await Of(name, settings, identity, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<OrganizationSettingsObject> Of(string name, OrganizationSettings settings, OrganizationIdentity identity, CancellationToken cancellationToken) =>
        new((await identity.Get(cancellationToken)).Id, $"{Uris.Organization}/{name}/", name, [.. settings.Windows.Select(WindowObject.Of)], settings.Frozen);

    private sealed class Draft
    {
        public OrganizationSettings Settings { get; set; } = new();
    }
}

/// <summary>What is set for all services of an organization.</summary>
/// <param name="DeployWindows">When pushes are deployed; none: at any time.</param>
/// <param name="Frozen">Why nothing new is deployed; null: it is.</param>
public sealed record OrganizationSettingsObject(Guid Uuid, string ResourceUri, string Name, IReadOnlyList<WindowObject> DeployWindows, string? Frozen);
