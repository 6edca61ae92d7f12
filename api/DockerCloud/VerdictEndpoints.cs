using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

public static class VerdictEndpoints
{
    public static void MapVerdicts(this IEndpointRouteBuilder app)
    {
        var verdicts = app.MapGroup(ResourceUris.Service + "/{uuid}/verdict").WithTags("service");
        verdicts
            .MapGet("/", List)
            .WithSummary("List the pushes that concerned a service, newest first, and what became of each")
            .WithInput(Paging.Parameters)
            .WithErrors(400, 404);
        verdicts.MapGet("/{verdict}", Get).WithSummary("Get what became of a push").WithErrors(404);
        verdicts
            .MapPost("/{verdict}/approve", Approve)
            .WithSummary("Approve a held push: it is deployed, now or when nothing else holds it")
            .AnswersAction(202)
            .WithErrors(404, 409);
    }

    private static async Task<Ok<VerdictResponse>> Get(
        string uuid,
        string verdict,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var service = await services.Find(uuid);
        return TypedResults.Ok(VerdictResponse.From(await Find(service.Uuid, verdict, ledger, cancellationToken)));
    }

    private static async Task<Accepted<VerdictResponse>> Approve(
        string uuid,
        string verdict,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var service = await services.Find(uuid);
        var found = (await Find(service.Uuid, verdict, ledger, cancellationToken)).Verdict;
        if (found.Kind != VerdictKind.Held)
            throw ApiException.Conflict(
                $"The push is not held{(found.Reason == VerdictReasons.Superseded ? " any more" : "")}. {found.Detail}",
                service.Status.Format()
            );
        (await services.Grain(service.Uuid).Approve(found.Uuid, context.CreateCause().User)).AcceptedWithAction(context);
        return TypedResults.Accepted((string?)null, VerdictResponse.From(await Find(service.Uuid, verdict, ledger, cancellationToken)));
    }

    private static async Task<VerdictWithPush> Find(Guid serviceId, string verdict, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(verdict, "D", out var uuid) && await ledger.FindVerdictOfService(serviceId, uuid, cancellationToken) is { } found
            ? found
            : throw ApiException.NotFound("verdict", verdict);

    private static async Task<Ok<Listing<VerdictResponse>>> List(
        string uuid,
        HttpRequest request,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var service = await services.Find(uuid);
        var page = await ledger.ListVerdicts(service.Uuid, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<VerdictResponse>(request, page.Total, [.. page.Items.Select(VerdictResponse.From)]));
    }
}
