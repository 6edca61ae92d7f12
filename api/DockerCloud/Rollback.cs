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
    private const string Expected = "expected the uuid of an action of this service that succeeded, or the digest of a version that it has run";

    /// <summary>So many deployments of one digest are looked through for one that proved it.</summary>
    private const int Some = 100;

    private static readonly MemberTable<Draft> Members = new(
    [
        new("to", Schemas.Text("The uuid of an action of this service that succeeded, or the digest of a version that it has run; null: the last version before this one."),
            (d, v) => d.To = v.IsNull ? null : v.IsText ? v : throw v.NotA("the uuid of an action, or a digest")),
    ]);

    public static void MapRollback(this IEndpointRouteBuilder services) => services.MapPost("/{uuid}/rollback", RollBack)
        .WithSummary("Go back to an earlier version; pushes of what is not newer than the one gone back from are skipped from then on")
        .Takes(Members, creating: true).Takes(Replies.ForceParameter).AnswersAction(202).Fails(400, 404, 409, 413);

    private static async Task<Accepted<ServiceObject>> RollBack(
        string uuid, HttpContext context, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var service = await services.Find(uuid);
        var version = draft.To is { } to ? await Find(to, service, ledger, cancellationToken) : null;
        var wish = new Wish { Operation = Operation.Redeploy, Cause = context.Cause(), Version = version, Back = true, Force = context.Force() };
        return TypedResults.Accepted((string?)null, ServiceObject.Of((await services.Grain(service.Uuid).Begin(wish)).Begun(context)));
    }

    private static async Task<ServiceVersion> Find(Value to, Service service, ILedger ledger, CancellationToken cancellationToken)
    {
        var text = to.Text(255);
        Deployment? deployment;
        if (Guid.TryParseExact(text, "D", out var action))
        {
            deployment = await ledger.FindDeployment(action, cancellationToken);
            if (deployment is null || !Proved(deployment) || deployment.Service != service.Uuid)
                throw to.Wrong($"is \"{text}\"; {Expected}");
        }
        else
        {
            if (service.Previous.Append(service.Current).FirstOrDefault(v => v?.Digest == text) is { } kept)
                return kept;
            var filter = new DeploymentFilter { Service = service.Uuid, Digest = text, State = DeploymentState.Success };
            deployment = ImageName.IsDigest(text) ? (await ledger.Deployments(filter, Some, 0, cancellationToken)).Items.FirstOrDefault(Proved) : null;
            if (deployment is null)
                throw to.Wrong($"is \"{HttpFailure.Shorten(text)}\"; {Expected}");
        }

        return service.Previous.Append(service.Current).FirstOrDefault(v => v is not null && v.Digest == deployment.Digest)
            ?? new ServiceVersion
            {
                Image = ImageName.Parse(deployment.Image!) with { Digest = null },
                Digest = deployment.Digest,
                Commit = deployment.Commit,
                Time = deployment.BackTo ?? deployment.Started ?? deployment.Created,
            };
    }

    /// <summary>Others succeeded by doing nothing.</summary>
    private static bool Proved(Deployment deployment) =>
        deployment is { State: DeploymentState.Success, Digest: not null, Image: not null } && deployment.Step.IsPastReturn();

    private sealed class Draft
    {
        public Value? To { get; set; }
    }
}
