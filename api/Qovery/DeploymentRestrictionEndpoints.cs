using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Qovery;

/// <summary><c>deploymentRestriction</c>: which changed files make a push to a service's repository count.</summary>
public static class DeploymentRestrictionEndpoints
{
    public static void MapDeploymentRestrictions(this IEndpointRouteBuilder app)
    {
        var restrictions = app.MapGroup(QoveryUris.Application + "/deploymentRestriction").WithTags("application").AnswersQoveryErrors();
        restrictions.MapGet("/", List).WithSummary("List the deployment restrictions of a service").WithErrors(404);
        restrictions
            .MapPost("/", Create)
            .WithSummary("Add a deployment restriction")
            .WithInput(RestrictionBinding.Binder, creating: true)
            .WithErrors(400, 404, 409, 413);
        restrictions
            .MapPut("/{restrictionId}", Edit)
            .WithSummary("Replace a deployment restriction")
            .WithInput(RestrictionBinding.Binder, creating: true)
            .WithErrors(400, 404, 409, 413);
        restrictions.MapDelete("/{restrictionId}", Delete).WithSummary("Remove a deployment restriction").WithErrors(404, 409);
    }

    private static async Task<Ok<Results<RestrictionResponse>>> List(string id, ServiceLookup services) =>
        TypedResults.Ok(
            new Results<RestrictionResponse>([.. (await services.Find(id)).Settings.Restrictions.Select(RestrictionResponse.From)])
        );

    private static async Task<Created<RestrictionResponse>> Create(
        string id,
        HttpContext context,
        ServiceLookup services,
        IGrainFactory grains,
        TimeProvider time
    )
    {
        var request = new RestrictionBinding.Request();
        await RestrictionBinding.Binder.ReadBody(context, request, creating: true);
        var created = request.New(time.GetUtcNow());
        var service = await Change(
            id,
            services,
            context.RequestAborted,
            settings =>
            {
                if (settings.Restrictions.Length >= RestrictionBinding.Most)
                    throw ApiException.Conflict($"The service has {RestrictionBinding.Most} restrictions already; remove one first.");
                Refuse(settings, request, null);
                return settings with { Restrictions = settings.Restrictions.Add(created) };
            }
        );
        return TypedResults.Created($"/application/{id}/deploymentRestriction/{created.Uuid}", await Answer(grains, service, created));
    }

    private static async Task<Ok<RestrictionResponse>> Edit(
        string id,
        string restrictionId,
        HttpContext context,
        ServiceLookup services,
        IGrainFactory grains,
        TimeProvider time
    )
    {
        var request = new RestrictionBinding.Request();
        await RestrictionBinding.Binder.ReadBody(context, request, creating: true);
        Restriction? edited = null;
        var service = await Change(
            id,
            services,
            context.RequestAborted,
            settings =>
            {
                var before = Find(settings, restrictionId);
                Refuse(settings, request, before.Uuid);
                edited = before with { Mode = request.Mode, Value = request.Value, Updated = time.GetUtcNow() };
                return settings with { Restrictions = settings.Restrictions.Replace(before, edited) };
            }
        );
        return TypedResults.Ok(await Answer(grains, service, edited!));
    }

    private static async Task<RestrictionResponse> Answer(IGrainFactory grains, Service service, Restriction restriction)
    {
        var warnings = await grains.FindWarnings(service, isNew: r => r.Uuid == restriction.Uuid);
        return RestrictionResponse.From(restriction) with { Warning = warnings.GetValueOrDefault(restriction.Uuid) };
    }

    private static async Task<NoContent> Delete(string id, string restrictionId, HttpContext context, ServiceLookup services)
    {
        await Change(
            id,
            services,
            context.RequestAborted,
            settings => settings with { Restrictions = settings.Restrictions.Remove(Find(settings, restrictionId)) }
        );
        return TypedResults.NoContent();
    }

    /// <summary>Repeats the change on top of what somebody else changed meanwhile.</summary>
    private static async Task<Service> Change(
        string id,
        ServiceLookup services,
        CancellationToken cancellationToken,
        Func<ServiceSettings, ServiceSettings> change
    )
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var service = await services.Find(id);
            if (service.Settings.Git is null)
                throw ApiException.BadRequest("The service's source is an image; restrictions are for services with `git_repository`.");
            var reply = await services.Grain(service.Uuid).Configure(change(service.Settings), service.Revision);
            if (reply.Refusal is { Kind: RefusalKind.Stale })
                continue;
            return reply.ThrowIfRefused();
        }
    }

    private static Restriction Find(ServiceSettings settings, string id) =>
        Guid.TryParseExact(id, "D", out var uuid) && settings.Restrictions.FirstOrDefault(r => r.Uuid == uuid) is { } found
            ? found
            : throw ApiException.NotFound("deployment restriction", id);

    private static void Refuse(ServiceSettings settings, RestrictionBinding.Request request, Guid? itself)
    {
        if (settings.Restrictions.Any(r => r.Uuid != itself && request.IsLike(r)))
            throw ApiException.Conflict(
                $"The service has the same restriction already: {(request.Mode == RestrictionMode.Match ? "MATCH" : "EXCLUDE")} "
                    + $"\"{ApiException.Shorten(request.Value)}\"."
            );
    }
}
