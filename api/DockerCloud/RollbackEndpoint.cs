using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Goes back to a version that was proven before, by its digest.</summary>
public static class RollbackEndpoint
{
    private const string Expected =
        "expected the uuid of an action of this service that succeeded, or the digest of a version that it has run";

    /// <summary>So many deployments of one digest are looked through for one that proved it.</summary>
    private const int MaxListedVersions = 100;

    private static readonly JsonBinder<Request> Binder = new([
        new(
            "to",
            SchemaFactory.Text(
                "The uuid of an action of this service that succeeded, or the digest of a version that it has run; null: the "
                    + "last version before this one."
            ),
            (d, v) =>
                d.To =
                    v.IsNull ? null
                    : v.IsText ? v
                    : throw v.CreateTypeError("the uuid of an action, or a digest")
        ),
    ]);

    public static void MapRollback(this IEndpointRouteBuilder services) =>
        services
            .MapPost("/{uuid}/rollback", RollBack)
            .WithSummary("Go back to an earlier version; pushes of what is not newer than the one gone back from are skipped from then on")
            .WithInput(Binder, creating: true)
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409, 413);

    private static async Task<Accepted<ServiceResponse>> RollBack(
        string uuid,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var service = await services.Find(uuid);
        var version = request.To is { } to ? await Find(to, service, ledger, cancellationToken) : null;
        var command = new OperationCommand
        {
            Operation = Operation.Redeploy,
            Cause = context.CreateCause(),
            Version = version,
            IsRollback = true,
            Force = context.IsForced(),
        };
        return TypedResults.Accepted(
            (string?)null,
            ServiceResponse.From((await services.Grain(service.Uuid).Begin(command)).AcceptedWithAction(context))
        );
    }

    private static async Task<ServiceVersion> Find(RequestValue to, Service service, ILedger ledger, CancellationToken cancellationToken)
    {
        var text = to.ReadText(255);
        Deployment? deployment;
        if (Guid.TryParseExact(text, "D", out var action))
        {
            deployment = await ledger.FindDeployment(action, cancellationToken);
            if (deployment is null || !IsProven(deployment) || deployment.ServiceId != service.Uuid)
                throw to.CreateError($"is \"{text}\"; {Expected}");
        }
        else
        {
            if (service.Previous.Append(service.Current).FirstOrDefault(v => v?.Digest == text) is { } kept)
                return kept;
            var filter = new DeploymentFilter
            {
                ServiceId = service.Uuid,
                Digest = text,
                State = DeploymentState.Success,
            };
            deployment = ImageName.IsDigest(text)
                ? (await ledger.ListDeployments(filter, MaxListedVersions, 0, cancellationToken)).Items.FirstOrDefault(IsProven)
                : null;
            if (deployment is null)
                throw to.CreateError($"is \"{ApiException.Shorten(text)}\"; {Expected}");
        }

        return service.Previous.Append(service.Current).FirstOrDefault(v => v is not null && v.Digest == deployment.Digest)
            ?? new ServiceVersion
            {
                Image = ImageName.Parse(deployment.Image!) with { Digest = null },
                Digest = deployment.Digest,
                Commit = deployment.Commit,
                Time = deployment.RollbackTime ?? deployment.Started ?? deployment.Created,
            };
    }

    /// <summary>Others succeeded by doing nothing.</summary>
    private static bool IsProven(Deployment deployment) =>
        deployment is { State: DeploymentState.Success, Digest: not null, Image: not null } && deployment.Step.IsPastReturn();

    private sealed class Request
    {
        public RequestValue? To { get; set; }
    }
}
