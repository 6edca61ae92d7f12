using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Qovery;

/// <summary>Organizations, and what pipelines announce to them: every service with that image name goes to the new tag.</summary>
public static class OrganizationEndpoints
{
    /// <summary>As the sender's name.</summary>
    private const string Sender = "qovery";

    /// <summary>
    /// So long it is waited for the services to be judged, so that what is asked next is not answered with what was before.
    /// </summary>
    private static readonly TimeSpan JudgeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>So many services are looked at in one step.</summary>
    private const int PageSize = 1000;

    private static readonly JsonBinder<Request> Binder = new([
        new("image_name", SchemaFactory.RequiredText("The image's name without its host and tag, such as \"acme/api\"."), ReadImage)
        {
            Required = true,
        },
        new("tag", SchemaFactory.RequiredText("The tag that was pushed."), (d, v) => d.Tag = ReadTag(v)) { Required = true },
    ]);

    public static void MapOrganizations(this IEndpointRouteBuilder app)
    {
        var organizations = app.MapGroup(QoveryUris.Organization).WithTags("organization").AnswersQoveryErrors();
        organizations.MapGet("/", List).WithSummary("List the organizations that the token sees");
        organizations
            .MapPost("/{organizationId}/container/deploy", Announce)
            .WithSummary("Tell of a new tag: services with that image and autoredeploy on go to it")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 404, 413);
        organizations
            .MapPost("/{organizationId}/job/deploy", Announce)
            .WithSummary("The same as container/deploy")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 404, 413);
    }

    public static string ReadTag(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a tag such as \"1.2\"");
        var tag = value.ReadLine();
        return ImageName.IsTag(tag)
            ? tag
            : throw value.CreateError(
                $"is \"{ApiException.Shorten(tag)}\"; expected a tag of at most 128 letters, digits, \"_\", \".\" and \"-\""
            );
    }

    private static async Task<Ok<Results<OrganizationResponse>>> List(OrganizationIdentity identity, CancellationToken cancellationToken)
    {
        var (id, created) = await identity.Get(cancellationToken);
        return TypedResults.Ok(
            new Results<OrganizationResponse>([
                new OrganizationResponse(id, QoveryTimes.Text(created), OrganizationNames.Default, "ENTERPRISE"),
            ])
        );
    }

    private static async Task<Accepted<AnnouncementResponse>> Announce(
        string organizationId,
        HttpContext context,
        OrganizationIdentity identity,
        ILedger ledger,
        ServiceLookup services,
        PushNotifier notifier,
        TimeProvider time
    )
    {
        var organization = await identity.Find(organizationId, context.RequestAborted);
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var received = time.GetUtcNow();
        IReadOnlyList<Push> pushes = RequestTelemetry.InThisTrace([
            new Push
            {
                Uuid = Guid.CreateVersion7(received),
                Sender = Sender,
                // a pipeline that tells again means it
                Delivery = Guid.NewGuid().ToString(),
                Source = request.Image!.PathSource,
                Tag = request.Tag,
                Received = received,
                Organization = organization,
            },
        ]);
        var push = pushes[0];
        notifier.Notify(await ledger.RecordPushes(pushes, CancellationToken.None));
        var (id, _) = await identity.Get(context.RequestAborted);
        return TypedResults.Accepted((string?)null, await WaitForVerdicts(push, id, ledger, services, time));
    }

    /// <summary>What became of it for every service; those that deploy it come first, already queued.</summary>
    private static async Task<AnnouncementResponse> WaitForVerdicts(
        Push push,
        Guid organizationId,
        ILedger ledger,
        ServiceLookup services,
        TimeProvider time
    )
    {
        var begun = time.GetTimestamp();
        while (
            time.GetElapsedTime(begun) < JudgeTimeout
            && (await ledger.ListOpenPushes(push.Source, 100, CancellationToken.None)).Any(open => open.Push.Uuid == push.Uuid)
        )
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);

        var (deploying, others) = (new List<(Guid Service, Verdict Verdict)>(), new List<(Guid Service, Verdict? Verdict)>());
        var count = 0;
        Guid? last = null;
        while (await ledger.ListSubscribers(push.Source, last, PageSize, CancellationToken.None) is { Count: > 0 } some)
        {
            foreach (var serviceId in some)
            {
                var verdict = await ledger.FindVerdict(push.Uuid, serviceId, CancellationToken.None);
                if (verdict is { DeploymentId: not null } && deploying.Count < AnnouncementResponse.MaxServices)
                    deploying.Add((serviceId, verdict));
                else if (others.Count < AnnouncementResponse.MaxServices)
                    others.Add((serviceId, verdict));
            }

            count += some.Count;
            last = some[^1];
            if (some.Count < PageSize)
                break;
        }

        var shown = new List<AnnouncedResponse>();
        foreach (
            var (uuid, verdict) in deploying
                .Select(d => (d.Service, (Verdict?)d.Verdict))
                .Concat(others)
                .Take(AnnouncementResponse.MaxServices)
        )
            if (await services.Grain(uuid).Get() is { } service)
                shown.Add(
                    new AnnouncedResponse(
                        verdict?.DeploymentId is { } deploymentId
                            ? StatusResponse.Queued(service, Operation.Redeploy, deploymentId)
                            : await StatusResponse.Of(service, ledger, CancellationToken.None),
                        service,
                        verdict
                    )
                );
        return new AnnouncementResponse(shown.Count > 0 ? shown[0] : StatusResponse.Nothing(organizationId))
        {
            ServicesCount = count,
            Services = shown,
        };
    }

    private static void ReadImage(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("an image's name such as \"acme/api\"");
        var text = value.ReadLine(512);
        if (!ImageName.TryParse(text, out var name, out var error))
            throw value.CreateError(error);
        var tagged = text.LastIndexOf(':') > text.LastIndexOf('/') || name.Digest is not null;
        request.Image = tagged
            ? throw value.CreateError($"is \"{ApiException.Shorten(text)}\"; expected the name alone, and the tag in `tag`")
            : name;
    }

    private sealed class Request
    {
        public ImageName? Image { get; set; }

        public string Tag { get; set; } = "";
    }
}
