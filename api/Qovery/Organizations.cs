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

    /// <summary>So long it is waited for the services to be judged, so that what is asked next is not answered with what was before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>So many services are looked at in one step.</summary>
    private const int Batch = 1000;

    private static readonly MemberTable<Draft> Members = new(
    [
        new("image_name", Schemas.RequiredText("The image's name without its host and tag, such as \"acme/api\"."), ReadImage) { Required = true },
        new("tag", Schemas.RequiredText("The tag that was pushed."), (d, v) => d.Tag = ReadTag(v)) { Required = true },
    ]);

    public static void MapOrganizations(this IEndpointRouteBuilder app)
    {
        var organizations = app.MapGroup(QoveryUris.Organization).WithTags("organization").AnswersQoveryErrors();
        organizations.MapGet("/", List).WithSummary("List the organizations that the token sees");
        organizations.MapPost("/{organizationId}/container/deploy", Announce).WithSummary("Tell of a new tag: services with that image and autoredeploy on go to it")
            .Takes(Members, creating: true).Fails(400, 404, 413);
        organizations.MapPost("/{organizationId}/job/deploy", Announce).WithSummary("The same as container/deploy")
            .Takes(Members, creating: true).Fails(400, 404, 413);
    }

    public static string ReadTag(Value value)
    {
        if (!value.IsText)
            throw value.NotA("a tag such as \"1.2\"");
        var tag = value.Line();
        return ImageName.IsTag(tag) ? tag
            : throw value.Wrong($"is \"{HttpFailure.Shorten(tag)}\"; expected a tag of at most 128 letters, digits, \"_\", \".\" and \"-\"");
    }

    private static async Task<Ok<Results<OrganizationObject>>> List(OrganizationIdentity identity, CancellationToken cancellationToken)
    {
        var (id, created) = await identity.Get(cancellationToken);
        return TypedResults.Ok(new Results<OrganizationObject>([new OrganizationObject(id, Times.Text(created), Organization.Default, "ENTERPRISE")]));
    }

    private static async Task<Accepted<AnnouncementObject>> Announce(
        string organizationId, HttpContext context, OrganizationIdentity identity, ILedger ledger, ServiceLookup services, PushNotifier notifier, TimeProvider time)
    {
        var organization = await identity.Find(organizationId, context.RequestAborted);
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var received = time.GetUtcNow();
        IReadOnlyList<Push> pushes = RequestTelemetry.InThisTrace([new Push
        {
            Uuid = Guid.CreateVersion7(received),
            Sender = Sender,
            // a pipeline that tells again means it
            Delivery = Guid.NewGuid().ToString(),
            Source = draft.Image!.PathSource,
            Tag = draft.Tag,
            Received = received,
            Organization = organization,
        }]);
        var push = pushes[0];
        notifier.Notify(await ledger.Record(pushes, CancellationToken.None));
        var (id, _) = await identity.Get(context.RequestAborted);
        return TypedResults.Accepted((string?)null, await Judged(push, id, ledger, services, time));
    }

    /// <summary>What became of it for every service; those that deploy it come first, already queued.</summary>
    private static async Task<AnnouncementObject> Judged(Push push, Guid organization, ILedger ledger, ServiceLookup services, TimeProvider time)
    {
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < Patience && (await ledger.OpenPushes(push.Source, 100, CancellationToken.None)).Any(open => open.Push.Uuid == push.Uuid))
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);

        var (deploying, others) = (new List<(Guid Service, Verdict Verdict)>(), new List<(Guid Service, Verdict? Verdict)>());
        var count = 0;
        Guid? last = null;
        while (await ledger.Subscribers(push.Source, last, Batch, CancellationToken.None) is { Count: > 0 } some)
        {
            foreach (var service in some)
            {
                var verdict = await ledger.FindVerdict(push.Uuid, service, CancellationToken.None);
                if (verdict is { Deployment: not null } && deploying.Count < AnnouncementObject.Most)
                    deploying.Add((service, verdict));
                else if (others.Count < AnnouncementObject.Most)
                    others.Add((service, verdict));
            }

            count += some.Count;
            last = some[^1];
            if (some.Count < Batch)
                break;
        }

        var shown = new List<AnnouncedObject>();
        foreach (var (uuid, verdict) in deploying.Select(d => (d.Service, (Verdict?)d.Verdict)).Concat(others).Take(AnnouncementObject.Most))
            if (await services.Grain(uuid).Get() is { } service)
                shown.Add(new AnnouncedObject(
                    verdict?.Deployment is { } deployment
                        ? StatusObject.Queued(service, Operation.Redeploy, deployment)
                        : await StatusObject.Of(service, ledger, CancellationToken.None),
                    service, verdict));
        return new AnnouncementObject(shown.Count > 0 ? shown[0] : StatusObject.Nothing(organization)) { ServicesCount = count, Services = shown };
    }

    private static void ReadImage(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("an image's name such as \"acme/api\"");
        var text = value.Line(512);
        if (!ImageName.TryParse(text, out var name, out var error))
            throw value.Wrong(error);
        var tagged = text.LastIndexOf(':') > text.LastIndexOf('/') || name.Digest is not null;
        draft.Image = tagged ? throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected the name alone, and the tag in `tag`") : name;
    }

    private sealed class Draft
    {
        public ImageName? Image { get; set; }

        public string Tag { get; set; } = "";
    }
}

/// <summary>An organization; a fresh installation has one.</summary>
/// <param name="Plan">Always ENTERPRISE: nothing is held back.</param>
public sealed record OrganizationObject(Guid Id, string CreatedAt, string Name, string Plan);
