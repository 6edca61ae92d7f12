using System.Text;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Secret URLs that redeploy, or scale up, one service, whatever is sent to them.</summary>
public static class TriggerEndpoints
{
    /// <summary>Of a call's body; what Docker lets an environment variable be is more.</summary>
    private const int LargestBody = 64 << 10;

    private static readonly string[] Operations = ["REDEPLOY", "SCALEUP"];

    private static readonly MemberTable<Draft> Members = new(
    [
        new("name", Schemas.Text("For people."), (d, v) => d.Name = v.Line(255)),
        new("operation", Schemas.Text("What a call does; REDEPLOY unless given.", Operations),
            (d, v) => d.Operation = v.OneOf(Operations) == "SCALEUP" ? Operation.Scale : Operation.Redeploy),
        new("pass_body", Schemas.Flag("New containers get the body of the call as DOCKERCLOUD_TRIGGER_BODY."), (d, v) => d.PassBody = v.Flag()),
    ], ["uuid", "url", "resource_uri", "created_datetime"]);

    public static void MapTriggers(this IEndpointRouteBuilder app)
    {
        var triggers = app.MapGroup(Uris.Service + "/{uuid}/trigger").WithTags("trigger");
        triggers.MapPost("/", Create).WithSummary("Make a secret URL that redeploys or scales up a service").Takes(Members, creating: true).Fails(400, 404, 409, 413);
        triggers.MapGet("/", List).WithSummary("List the triggers of a service").Takes(Paging.Parameters).Fails(400, 404);
        triggers.MapGet("/{trigger}", Get).WithSummary("Get a trigger").Fails(404);
        triggers.MapDelete("/{trigger}", Delete).WithSummary("Revoke a trigger: its URL is dead from then on").Fails(404);
        triggers.MapPost("/{trigger}/call", Call).WithSummary("Pull a trigger; needs no credentials")
            .AllowAnonymous().WithMetadata(new TakesForeignBody("Anything, at most 64 KiB.", ["*/*"])).AnswersAction(202).Fails(400, 404, 409, 413, 429);
    }

    private static async Task<Created<TriggerObject>> Create(string uuid, HttpContext context, ServiceLookup services, ILedger ledger, TimeProvider time)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var service = await services.Find(uuid);
        if (service.Status is ServiceStatus.Terminating or ServiceStatus.Terminated)
            throw HttpFailure.Conflict("The service is terminated; it can have no triggers.", service.Status.Text());
        var trigger = new Trigger
        {
            Uuid = Guid.NewGuid(),
            Service = service.Uuid,
            Name = draft.Name,
            Operation = draft.Operation,
            PassBody = draft.PassBody,
            Created = time.GetUtcNow(),
        };
        await ledger.AddTrigger(trigger, context.RequestAborted);
        var made = TriggerObject.Of(trigger);
        return TypedResults.Created(made.ResourceUri, made);
    }

    private static async Task<Ok<Listing<TriggerObject>>> List(string uuid, HttpRequest request, ServiceLookup services, ILedger ledger)
    {
        var paging = Paging.Read(request);
        var service = await services.Find(uuid);
        var page = await ledger.Triggers(service.Uuid, paging.Limit, paging.Offset, request.HttpContext.RequestAborted);
        return TypedResults.Ok(paging.Listing<TriggerObject>(request, page.Total, [.. page.Items.Select(TriggerObject.Of)]));
    }

    private static async Task<Ok<TriggerObject>> Get(string uuid, string trigger, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(TriggerObject.Of(await Find(uuid, trigger, ledger, cancellationToken)));

    private static async Task<NoContent> Delete(string uuid, string trigger, ILedger ledger, TriggerRate rate, CancellationToken cancellationToken)
    {
        var found = await Find(uuid, trigger, ledger, cancellationToken);
        await ledger.RemoveTrigger(found.Service, found.Uuid, cancellationToken);
        rate.Forget(found.Uuid);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<TriggerObject>> Call(
        string uuid, string trigger, HttpContext context, ServiceLookup services, ILedger ledger, TriggerRate rate)
    {
        var found = await Find(uuid, trigger, ledger, context.RequestAborted);
        if (rate.Take(found.Uuid) is { } wait)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.RetryAfter = seconds;
                return Task.CompletedTask;
            });
            throw new HttpFailure(StatusCodes.Status429TooManyRequests, $"The trigger is called too often; try again in {seconds} s.");
        }

        using var body = await RequestBody.Read(context, LargestBody);
        var cause = context.Cause() with
        {
            Kind = CauseKind.Trigger,
            Text = found.Name.Length > 0 ? $"trigger \"{found.Name}\"" : "a trigger",
            User = "",
            // the path has the secret in it
            Path = $"{Uris.Service}/{found.Service}/trigger/…/call/",
        };
        var wish = new Wish { Operation = found.Operation, Cause = cause, More = found.Operation == Operation.Scale ? 1 : 0, Body = found.PassBody ? TextOf(body.Span) : null };
        if (wish.More > 0)
            RefuseMore(await services.Find(uuid));
        (await services.Grain(found.Service).Pull(wish)).Begun(context);
        return TypedResults.Accepted((string?)null, TriggerObject.Of(found));
    }

    private static void RefuseMore(Service service)
    {
        if (service.Settings.TargetContainers >= Most.Containers)
            throw HttpFailure.Conflict($"The service has {Words.Number(Most.Containers)} containers, which is the most.", service.Status.Text());
        if (service.Settings.Container.Ports.Any(p => p.OuterPort is not null))
            throw HttpFailure.Conflict("The service has a fixed port of the host, which two containers cannot share.", service.Status.Text());
    }

    /// <summary>An environment variable is text without NUL.</summary>
    private static string TextOf(ReadOnlySpan<byte> body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            throw HttpFailure.BadRequest("The body is not text in UTF-8, and the trigger hands it to the containers as text.");
        }

        return text.Contains('\0') ? throw HttpFailure.BadRequest("The body has a NUL, which no environment variable can have.") : text;
    }

    private static async Task<Trigger> Find(string service, string trigger, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(service, "D", out var of) && Guid.TryParseExact(trigger, "D", out var uuid)
        && await ledger.FindTrigger(of, uuid, cancellationToken) is { } found
            ? found
            : throw new HttpFailure(StatusCodes.Status404NotFound, "There is no such trigger, or it was revoked.");

    private sealed class Draft
    {
        public string Name { get; set; } = "";

        public Operation Operation { get; set; } = Operation.Redeploy;

        public bool PassBody { get; set; }
    }
}

/// <summary>A secret URL that redeploys, or scales up, a service.</summary>
/// <param name="Operation">REDEPLOY or SCALEUP.</param>
/// <param name="Url">Where to POST, relative to this server; whoever knows it can pull the trigger.</param>
public sealed record TriggerObject(Guid Uuid, string Name, string Operation, bool PassBody, string Url, string ResourceUri, string CreatedDatetime)
{
    public static TriggerObject Of(Trigger trigger)
    {
        var uri = $"{Uris.Service}/{trigger.Service:D}/trigger/{trigger.Uuid:D}/";
        return new TriggerObject(
            trigger.Uuid, trigger.Name, trigger.Operation == Deployments.Operation.Scale ? "SCALEUP" : "REDEPLOY", trigger.PassBody, uri + "call/", uri,
            Dates.Text(trigger.Created));
    }
}
