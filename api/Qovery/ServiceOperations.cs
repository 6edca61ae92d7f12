using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Qovery;

/// <summary>What a person can do with one service: an application is one with a git source, a container one with an image.</summary>
public static class ServiceOperationEndpoints
{
    private static readonly MemberTable<Draft> CommitMembers = new(
    [
        new("git_commit_id", Schemas.RequiredText("The full id of a commit of the service's branch, also of an older one: that is a rollback."), ReadCommit)
            { Required = true },
    ]);

    private static readonly MemberTable<Draft> TagMembers = new(
    [
        new("image_tag", Schemas.RequiredText("The tag to go to, also an older one: that is a rollback; empty: the one that it has."), ReadTag) { Required = true },
    ]);

    public static void MapServiceOperations(this IEndpointRouteBuilder app)
    {
        var applications = app.MapGroup(QoveryUris.Application).WithTags("application").AnswersQoveryErrors();
        applications.MapPost("/deploy", DeployCommit).WithSummary("Deploy a commit of the service's branch").Takes(CommitMembers, creating: true)
            .Takes(Replies.ForceParameter)
            .AnswersAction(202).Fails(400, 404, 409, 413);
        MapBoth(applications);

        var containers = app.MapGroup(QoveryUris.Container).WithTags("container").AnswersQoveryErrors();
        containers.MapPost("/deploy", DeployTag).WithSummary("Deploy a tag of the service's image").Takes(TagMembers, creating: true)
            .Takes(Replies.ForceParameter)
            .AnswersAction(202).Fails(400, 404, 409, 413);
        MapBoth(containers);
    }

    private static void MapBoth(RouteGroupBuilder services)
    {
        services.MapPost("/stop", (string id, HttpContext context, ServiceLookup lookup) => Begin(id, context, lookup, _ => Operation.Stop))
            .WithSummary("Stop a service; it stays stopped until somebody deploys it").AnswersAction(202).Fails(404, 409);
        services.MapPost("/redeploy", (string id, HttpContext context, ServiceLookup lookup) => Begin(id, context, lookup, Deploying))
            .WithSummary("Deploy what the service's tag means now, or the head of its branch").Takes(Replies.ForceParameter)
            .AnswersAction(202).Fails(400, 404, 409);
        services.MapPost("/restart-service", (string id, HttpContext context, ServiceLookup lookup) =>
                Begin(id, context, lookup, _ => Operation.Redeploy, wish => wish with { SameVersion = true }))
            .WithSummary("Replace the service's containers by new ones of the same version").AnswersAction(202).Fails(404, 409);
        services.MapGet("/status", Status).WithSummary("What goes on with a service").Fails(404);
    }

    private static async Task<Accepted<StatusObject>> DeployCommit(string id, HttpContext context, ServiceLookup services)
    {
        var draft = new Draft();
        await CommitMembers.ReadBody(context, draft, creating: true);
        if ((await services.Find(id)).Settings.Git is null)
            throw HttpFailure.BadRequest("`git_commit_id` is for services with `git_repository`; this one's source is an image.");
        return await Begin(id, context, services, Deploying, wish => wish with { Commit = draft.Commit });
    }

    private static async Task<Accepted<StatusObject>> DeployTag(string id, HttpContext context, ServiceLookup services)
    {
        var draft = new Draft();
        await TagMembers.ReadBody(context, draft, creating: true);
        if ((await services.Find(id)).Settings.Git is not null)
            throw HttpFailure.BadRequest("`image_tag` is for services with an image; this one's source is a git repository.");
        return await Begin(id, context, services, Deploying, wish => wish with { Tag = draft.Tag });
    }

    private static async Task<Ok<StatusObject>> Status(string id, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(await StatusObject.Of(await services.Find(id), ledger, cancellationToken));

    /// <summary>A person who deploys wants it to run, whatever it was before.</summary>
    private static Operation Deploying(Service service) => service.Status == ServiceStatus.NotRunning ? Operation.Start : Operation.Redeploy;

    private static async Task<Accepted<StatusObject>> Begin(
        string id, HttpContext context, ServiceLookup services, Func<Service, Operation> operation, Func<Wish, Wish>? more = null)
    {
        var service = await services.Find(id);
        var wish = new Wish { Operation = operation(service), Cause = context.Cause(), Force = context.Force() };
        var reply = await services.Grain(service.Uuid).Begin(more is null ? wish : more(wish));
        return TypedResults.Accepted((string?)null, StatusObject.Queued(reply.Begun(context), wish.Operation, reply.Deployment));
    }

    private static void ReadCommit(Draft draft, Value value)
    {
        const string Expected = "the full id of a commit, 40 (or 64) hexadecimal digits";
        if (!value.IsText)
            throw value.NotA(Expected);
        var text = value.Line().Trim().ToLowerInvariant();
        draft.Commit = Refs.IsCommit(text) && !Refs.IsZero(text) ? text : throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected {Expected}");
    }

    private static void ReadTag(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("a tag such as \"1.2\", or \"\"");
        draft.Tag = value.Line().Length == 0 ? null : OrganizationEndpoints.ReadTag(value);
    }

    private sealed class Draft
    {
        public string Commit { get; set; } = "";

        public string? Tag { get; set; }
    }
}
