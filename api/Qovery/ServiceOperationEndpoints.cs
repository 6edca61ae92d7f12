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
    private static readonly JsonBinder<Request> CommitMembers = new([
        new(
            "git_commit_id",
            SchemaFactory.RequiredText("The full id of a commit of the service's branch, also of an older one: that is a rollback."),
            ReadCommit
        )
        {
            Required = true,
        },
    ]);

    private static readonly JsonBinder<Request> TagMembers = new([
        new(
            "image_tag",
            SchemaFactory.RequiredText("The tag to go to, also an older one: that is a rollback; empty: the one that it has."),
            ReadTag
        )
        {
            Required = true,
        },
    ]);

    public static void MapServiceOperations(this IEndpointRouteBuilder app)
    {
        var applications = app.MapGroup(QoveryUris.Application).WithTags("application").AnswersQoveryErrors();
        applications
            .MapPost("/deploy", DeployCommit)
            .WithSummary("Deploy a commit of the service's branch")
            .WithInput(CommitMembers, creating: true)
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409, 413);
        MapBoth(applications);

        var containers = app.MapGroup(QoveryUris.Container).WithTags("container").AnswersQoveryErrors();
        containers
            .MapPost("/deploy", DeployTag)
            .WithSummary("Deploy a tag of the service's image")
            .WithInput(TagMembers, creating: true)
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409, 413);
        MapBoth(containers);
    }

    private static void MapBoth(RouteGroupBuilder services)
    {
        services
            .MapPost(
                "/stop",
                (string id, HttpContext context, ServiceLookup lookup) =>
                    Begin(id, context, lookup, (_, cause) => new StopCommand { Cause = cause })
            )
            .WithSummary("Stop a service; it stays stopped until somebody deploys it")
            .AnswersAction(202)
            .WithErrors(404, 409);
        services
            .MapPost(
                "/redeploy",
                (string id, HttpContext context, ServiceLookup lookup) =>
                    Begin(id, context, lookup, (service, cause) => Deploy(service, cause, DeploymentTarget.Newest))
            )
            .WithSummary("Deploy what the service's tag means now, or the head of its branch")
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409);
        services
            .MapPost(
                "/restart-service",
                (string id, HttpContext context, ServiceLookup lookup) =>
                    Begin(id, context, lookup, (_, cause) => new RestartCommand { Cause = cause })
            )
            .WithSummary("Replace the service's containers by new ones of the same version")
            .AnswersAction(202)
            .WithErrors(404, 409);
        services.MapGet("/status", Status).WithSummary("What goes on with a service").WithErrors(404);
    }

    private static async Task<Accepted<StatusResponse>> DeployCommit(string id, HttpContext context, ServiceLookup services)
    {
        var request = new Request();
        await CommitMembers.ReadBody(context, request, creating: true);
        if ((await services.Find(id)).Settings.Git is null)
            throw ApiException.BadRequest("`git_commit_id` is for services with `git_repository`; this one's source is an image.");
        return await Begin(
            id,
            context,
            services,
            (service, cause) => Deploy(service, cause, new DeploymentTarget { Commit = request.Commit })
        );
    }

    private static async Task<Accepted<StatusResponse>> DeployTag(string id, HttpContext context, ServiceLookup services)
    {
        var request = new Request();
        await TagMembers.ReadBody(context, request, creating: true);
        if ((await services.Find(id)).Settings.Git is not null)
            throw ApiException.BadRequest("`image_tag` is for services with an image; this one's source is a git repository.");
        return await Begin(id, context, services, (service, cause) => Deploy(service, cause, new DeploymentTarget { Tag = request.Tag }));
    }

    private static async Task<Ok<StatusResponse>> Status(
        string id,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await StatusResponse.Of(await services.Find(id), ledger, cancellationToken));

    /// <summary>A person who deploys wants it to run, whatever it was before.</summary>
    private static OperationCommand Deploy(Service service, DeploymentCause cause, DeploymentTarget target) =>
        service.Status == ServiceStatus.NotRunning
            ? new StartCommand { Cause = cause, Target = target }
            : new RedeployCommand { Cause = cause, Target = target };

    private static async Task<Accepted<StatusResponse>> Begin(
        string id,
        HttpContext context,
        ServiceLookup services,
        Func<Service, DeploymentCause, OperationCommand> create
    )
    {
        var service = await services.Find(id);
        var command = create(service, context.CreateCause()) with { Force = context.IsForced() };
        var reply = await services.Grain(service.Uuid).Begin(command);
        return TypedResults.Accepted(
            (string?)null,
            StatusResponse.Queued(reply.AcceptedWithAction(context), command.Operation, reply.DeploymentId)
        );
    }

    private static void ReadCommit(Request request, RequestValue value)
    {
        const string Expected = "the full id of a commit, 40 (or 64) hexadecimal digits";
        if (!value.IsText)
            throw value.CreateTypeError(Expected);
        var text = value.ReadLine().Trim().ToLowerInvariant();
        request.Commit =
            GitRefs.IsCommit(text) && !GitRefs.IsZero(text)
                ? text
                : throw value.CreateError($"is \"{ApiException.Shorten(text)}\"; expected {Expected}");
    }

    private static void ReadTag(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a tag such as \"1.2\", or \"\"");
        request.Tag = value.ReadLine().Length == 0 ? null : OrganizationEndpoints.ReadTag(value);
    }

    private sealed class Request
    {
        public string Commit { get; set; } = "";

        public string? Tag { get; set; }
    }
}
