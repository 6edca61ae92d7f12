using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Deployments;
using AutoDeploy.Hosting;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

public static class ServiceEndpoints
{
    private static readonly QueryParameter[] Filters =
    [
        new("name", "Only the one with this name."),
        new("uuid", "Only the one with this uuid."),
        new("uuid__startswith", "Only those whose uuid begins so."),
        new("state", "Only those in this state, such as \"Running\"."),
        .. Paging.Parameters,
    ];

    private static readonly QueryParameter ReuseVolumes = new(
        "reuse_volumes",
        "Whether the volumes of the containers before are used again; true unless given.",
        QueryType.Flag
    );

    private static readonly QueryParameter WithoutEngine = new(
        ServiceReplies.ForceParameter.Name,
        "Also when its engine does not answer: what the service has there is left; false unless given.",
        QueryType.Flag
    );

    private static readonly QueryParameter WithVolumes = new(
        "volumes",
        "Its volumes are removed too, at once; false unless given: they are kept for AUTODEPLOY_VOLUME_GRACE_DAYS.",
        QueryType.Flag
    );

    public static void MapServices(this IEndpointRouteBuilder app)
    {
        var services = app.MapGroup(ResourceUris.Service).WithTags("service");
        services
            .MapPost("/", Create)
            .WithSummary("Create a service; it is started only if asked for")
            .WithInput(ServiceBinding.Binder, creating: true)
            .WithInput(new QueryParameter("start", "Start it too; false unless given.", QueryType.Flag), ServiceReplies.ForceParameter)
            .AnswersAction(201)
            .WithErrors(400, 409, 413);
        services.MapGet("/", List).WithSummary("List services in the order in which they were created").WithInput(Filters).WithErrors(400);
        services.MapGet("/{uuid}", Get).WithSummary("Get a service").WithErrors(404);
        services
            .MapPatch("/{uuid}", Patch)
            .WithSummary("Change members of a service; null sets a member back")
            .WithInput(ServiceBinding.Binder, creating: false)
            .WithErrors(400, 404, 409, 413);
        services
            .MapDelete("/{uuid}", Terminate)
            .WithSummary("Terminate a service: its containers are removed, its volumes kept for a while")
            .WithInput(WithoutEngine, WithVolumes)
            .AnswersAction(202)
            .WithErrors(400, 404, 409);
        services
            .MapPost("/{uuid}/start", Start)
            .WithSummary("Start a service")
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409);
        services
            .MapPost("/{uuid}/stop", Stop)
            .WithSummary("Stop a service; it stays stopped until somebody starts it")
            .AnswersAction(202)
            .WithErrors(404, 409);
        services
            .MapPost("/{uuid}/redeploy", Redeploy)
            .WithSummary("Redeploy a service with what its tag means now, or the head of its branch, built anew")
            .WithInput(ReuseVolumes, ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409);
        services.MapRollback();
        services
            .MapPost("/{uuid}/scale", Scale)
            .WithSummary("Bring a service to target_num_containers")
            .AnswersAction(202)
            .WithErrors(404, 409);
    }

    private static async Task<Created<ServiceResponse>> Create(
        HttpContext context,
        ServiceLookup services,
        EngineDirectory engines,
        ILedger ledger,
        IGrainFactory grains,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var start = QueryReader.ReadFlag(context.Request, "start") ?? false;
        var force = context.IsForced();
        var draft = new ServiceRequest(time.GetUtcNow());
        await ServiceBinding.Binder.ReadBody(context, draft, creating: true);
        var settings = await draft.Finish(services, engines, cancellationToken);

        // before there is a service that could not be started
        if (
            start
            && !force
            && DeploymentHold.FindClosed(
                settings,
                await grains.GetGrain<IOrganizationGrain>(OrganizationNames.Default).Get(),
                time.GetUtcNow()
            )
                is { } hold
        )
            throw ApiException.Conflict(
                $"{hold.Detail} Create it without ?start=true, or repeat it with ?force=true to start it all the same."
            );

        var (uuid, reply) = draft.Name is { } name
            ? await CreateAs(services, name, settings)
            : await CreateAsDerived(services, ledger, settings, cancellationToken);
        var service = reply.ThrowIfRefused();
        if (start)
            service = (
                await services.Grain(uuid).Begin(new StartCommand { Cause = context.CreateCause(), Force = force })
            ).AcceptedWithAction(context);
        var warnings = await grains.FindWarnings(service, isNew: _ => true);
        return TypedResults.Created(
            ResourceUris.For(ResourceUris.Service, uuid),
            ServiceResponse.From(service) with
            {
                Warnings = [.. OverlapWarnings.Of(settings), .. warnings.Values],
            }
        );
    }

    private static async Task<Ok<Listing<ServiceResponse>>> List(
        HttpRequest request,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var filter = new ServiceFilter
        {
            Organization = OrganizationNames.Default,
            Name = QueryReader.ReadText(request, "name"),
            Uuid = QueryReader.ReadUuid(request, "uuid"),
            UuidStartsWith = QueryReader.ReadUuidStart(request, "uuid__startswith"),
            State = QueryReader.ReadText(request, "state") is not { } state
                ? null
                : ServiceStatusNames.Parse(state)
                    ?? throw ApiException.BadRequest(
                        $"`state` is \"{ApiException.Shorten(state)}\"; expected "
                            + $"{SentenceText.JoinWithOr([.. Enum.GetValues<ServiceStatus>().Select(s => s.Format())])}."
                    ),
        };
        var page = await ledger.ListServices(filter, paging.Limit, paging.Offset, cancellationToken);
        var objects = (await services.Get(page.Items)).ConvertAll(ServiceResponse.From);
        return TypedResults.Ok(paging.Listing(request, page.Total, objects));
    }

    private static async Task<Ok<ServiceResponse>> Get(string uuid, ServiceLookup services) =>
        TypedResults.Ok(ServiceResponse.From(await services.Find(uuid)));

    private static async Task<Ok<ServiceResponse>> Patch(
        string uuid,
        HttpContext context,
        ServiceLookup services,
        EngineDirectory engines,
        IGrainFactory grains,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var service = await services.Find(uuid);
        var body = await JsonBody.Read(context);
        while (true)
        {
            var draft = new ServiceRequest(time.GetUtcNow(), service.Settings, service.Uuid, service.Name);
            ServiceBinding.Binder.Read(new RequestValue(body, ""), draft, creating: false);
            var settings = await draft.Finish(services, engines, cancellationToken);
            var reply = await services.Grain(service.Uuid).Configure(settings, service.Revision);
            if (reply.Refusal is not { Kind: RefusalKind.Stale })
            {
                var (before, after) = (service.Settings, reply.ThrowIfRefused());
                var warnings = await grains.FindWarnings(after, isNew: r => !before.Restrictions.Contains(r));
                return TypedResults.Ok(
                    ServiceResponse.From(after) with
                    {
                        Warnings = [.. OverlapWarnings.Of(settings).Except(OverlapWarnings.Of(before)), .. warnings.Values],
                    }
                );
            }

            // somebody else was quicker: what this request changes goes on top of that
            cancellationToken.ThrowIfCancellationRequested();
            service = await services.Find(uuid);
        }
    }

    private static Task<Accepted<ServiceResponse>> Terminate(string uuid, HttpContext context, ServiceLookup services) =>
        Begin(
            uuid,
            new TerminateCommand
            {
                Cause = context.CreateCause(),
                Force = context.IsForced(),
                RemoveVolumes = QueryReader.ReadFlag(context.Request, WithVolumes.Name) ?? false,
            },
            context,
            services
        );

    private static Task<Accepted<ServiceResponse>> Start(string uuid, HttpContext context, ServiceLookup services) =>
        Begin(uuid, new StartCommand { Cause = context.CreateCause(), Force = context.IsForced() }, context, services);

    private static Task<Accepted<ServiceResponse>> Stop(string uuid, HttpContext context, ServiceLookup services) =>
        Begin(uuid, new StopCommand { Cause = context.CreateCause() }, context, services);

    private static Task<Accepted<ServiceResponse>> Scale(string uuid, HttpContext context, ServiceLookup services) =>
        Begin(uuid, new ScaleCommand { Cause = context.CreateCause() }, context, services);

    private static Task<Accepted<ServiceResponse>> Redeploy(string uuid, HttpContext context, ServiceLookup services) =>
        Begin(
            uuid,
            new RedeployCommand
            {
                Cause = context.CreateCause(),
                Force = context.IsForced(),
                ReuseVolumes = QueryReader.ReadFlag(context.Request, ReuseVolumes.Name) ?? true,
            },
            context,
            services
        );

    /// <summary>What comes in the body does not matter: clients send empty ones, and empty objects.</summary>
    private static async Task<Accepted<ServiceResponse>> Begin(
        string uuid,
        OperationCommand command,
        HttpContext context,
        ServiceLookup services
    )
    {
        var service = await services.Find(uuid);
        var reply = await services.Grain(service.Uuid).Begin(command);
        return TypedResults.Accepted(
            ResourceUris.For(ResourceUris.Service, service.Uuid),
            ServiceResponse.From(reply.AcceptedWithAction(context))
        );
    }

    private static async Task<(Guid Uuid, ServiceReply Reply)> CreateAs(ServiceLookup services, string name, ServiceSettings settings)
    {
        var uuid = Guid.NewGuid();
        return (uuid, await services.Grain(uuid).Create(OrganizationNames.Default, name, settings));
    }

    private static async Task<(Guid Uuid, ServiceReply Reply)> CreateAsDerived(
        ServiceLookup services,
        ILedger ledger,
        ServiceSettings settings,
        CancellationToken cancellationToken
    )
    {
        var path = settings.Git is { } git ? git.Repository.Path : ImageName.Parse(settings.Image!).Path;
        while (true)
        {
            var name = ServiceNameRules.Derive(path, await FindFirstFreeNumber(path, ledger, cancellationToken));
            var created = await CreateAs(services, name, settings);
            if (created.Reply.Refusal is not { Kind: RefusalKind.Conflict })
                return created;
        }
    }

    /// <summary>
    /// A number that gives a free name: found by doubling and halving, so that the ten-thousandth costs little more than the first.
    /// </summary>
    private static async Task<int> FindFirstFreeNumber(string path, ILedger ledger, CancellationToken cancellationToken)
    {
        var (taken, free) = (0, 1);
        while (await IsTaken(free))
            (taken, free) = (free, free * 2);
        while (free - taken > 1)
        {
            var middle = taken + (free - taken) / 2;
            (taken, free) = await IsTaken(middle) ? (middle, free) : (taken, middle);
        }

        return free;

        async Task<bool> IsTaken(int number) =>
            await ledger.FindServiceByName(OrganizationNames.Default, ServiceNameRules.Derive(path, number), cancellationToken) is not null;
    }
}
