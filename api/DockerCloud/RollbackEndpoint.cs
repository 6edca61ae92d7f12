using AutoDeploy.Api.Http;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Goes back to a version that was proven before, by its digest.</summary>
public static class RollbackEndpoint
{
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

    private static async Task<Accepted<ServiceResponse>> RollBack(string uuid, HttpContext context, ServiceLookup services)
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var service = await services.Find(uuid);
        var command = new RollbackCommand
        {
            Cause = context.CreateCause(),
            To = request.To?.ReadText(255),
            Force = context.IsForced(),
        };
        return TypedResults.Accepted(
            (string?)null,
            ServiceResponse.From((await services.Grain(service.Uuid).Begin(command)).AcceptedWithAction(context))
        );
    }

    private sealed class Request
    {
        public RequestValue? To { get; set; }
    }
}
