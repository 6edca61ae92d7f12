using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Qovery;

/// <summary><c>deploy</c> of an application: a given commit, by a person's will.</summary>
public static class ApplicationDeployEndpoints
{
    private static readonly MemberTable<Draft> Members = new(
    [
        new("git_commit_id", Schemas.RequiredText("The full id of a commit of the service's branch, also of an older one: that is a rollback."), ReadCommit)
            { Required = true },
    ]);

    public static void MapApplicationDeploy(this IEndpointRouteBuilder app) => app.MapGroup(QoveryUris.Application).WithTags("application").AnswersQoveryErrors()
        .MapPost("/deploy", Deploy).WithSummary("Deploy a commit of the service's branch").Takes(Members, creating: true)
        .AnswersAction(202).Fails(400, 404, 409, 413);

    private static async Task<Accepted<StatusObject>> Deploy(string id, HttpContext context, ServiceLookup services)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var service = await services.Find(id);
        if (service.Settings.Git is null)
            throw HttpFailure.BadRequest("`git_commit_id` is for services with `git_repository`; this one's source is an image.");

        // a person who deploys wants it to run, whatever it was before
        var operation = service.Status == ServiceStatus.NotRunning ? Operation.Start : Operation.Redeploy;
        var reply = await services.Grain(service.Uuid).Begin(operation, context.Cause(), reuseVolumes: true, draft.Commit);
        return TypedResults.Accepted((string?)null, StatusObject.Queued(reply.Begun(context), operation, reply.Deployment));
    }

    private static void ReadCommit(Draft draft, Value value)
    {
        const string Expected = "the full id of a commit, 40 (or 64) hexadecimal digits";
        if (!value.IsText)
            throw value.NotA(Expected);
        var text = value.Line().Trim().ToLowerInvariant();
        draft.Commit = Refs.IsCommit(text) && !Refs.IsZero(text) ? text : throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected {Expected}");
    }

    private sealed class Draft
    {
        public string Commit { get; set; } = "";
    }
}
