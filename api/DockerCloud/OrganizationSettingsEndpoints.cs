using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Organizations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What is set for all services of an organization.</summary>
public static class OrganizationSettingsEndpoints
{
    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "deploy_windows",
                SchemaFactory.Objects(
                    "When pushes are deployed; none: at any time. A service's own have to be open too.",
                    WindowBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { Windows = WindowBinding.ReadAll(v) }
            ),
            new(
                "frozen",
                SchemaFactory.Text("Why nothing new is deployed; null: it is."),
                (d, v) => d.Settings = d.Settings with { Frozen = WindowBinding.ReadFrozen(v) }
            ),
            new(
                "verify",
                SchemaFactory.Object(
                    "Who has to have signed the images that services pull; null: nobody. A service's own is required beside it.",
                    VerifyBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { Verify = VerifyBinding.Read(v) }
            ),
        ],
        ["uuid", "resource_uri", "name"]
    );

    public static void MapOrganizationSettings(this IEndpointRouteBuilder app)
    {
        var organization = app.MapGroup(ResourceUris.Organization + "/{uuid}").WithTags("organization");
        organization
            .MapGet("/", Get)
            .WithSummary("Get what is set for all services of an organization, by its uuid or name")
            .WithErrors(404);
        organization
            .MapPatch("/", Patch)
            .WithSummary("Change what is set for all services of an organization; null sets a member back")
            .WithInput(Binder, creating: false)
            .WithErrors(400, 404, 413);
    }

    private static async Task<Ok<OrganizationSettingsResponse>> Get(
        string uuid,
        OrganizationIdentity identity,
        IGrainFactory grains,
        CancellationToken cancellationToken
    )
    {
        var name = await identity.Find(uuid, cancellationToken);
        return TypedResults.Ok(await Of(name, await grains.GetGrain<IOrganizationGrain>(name).Get(), identity, cancellationToken));
    }

    private static async Task<Ok<OrganizationSettingsResponse>> Patch(
        string uuid,
        HttpContext context,
        OrganizationIdentity identity,
        IGrainFactory grains,
        CancellationToken cancellationToken
    )
    {
        var name = await identity.Find(uuid, cancellationToken);
        var body = await JsonBody.Read(context);
        var grain = grains.GetGrain<IOrganizationGrain>(name);
        while (true)
        {
            var request = new Request { Settings = await grain.Get() };
            Binder.Read(new RequestValue(body, ""), request, creating: false);

            // null: somebody else was quicker; what this request changes goes on top of that
            if (await grain.Configure(request.Settings) is { } settings)
                return TypedResults.Ok(await Of(name, settings, identity, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<OrganizationSettingsResponse> Of(
        string name,
        OrganizationSettings settings,
        OrganizationIdentity identity,
        CancellationToken cancellationToken
    ) =>
        new(
            (await identity.Get(cancellationToken)).Id,
            $"{ResourceUris.Organization}/{name}/",
            name,
            [.. settings.Windows.Select(WindowResponse.Create)],
            settings.Frozen,
            VerifyResponse.From(settings.Verify)
        );

    private sealed class Request
    {
        public OrganizationSettings Settings { get; set; } = new();
    }
}
