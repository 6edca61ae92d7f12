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
    private const int MaxBodyBytes = 64 << 10;

    private static readonly string[] Operations = ["REDEPLOY", "SCALEUP"];

    private static readonly JsonBinder<Request> Binder = new(
        [
            new("name", SchemaFactory.Text("For people."), (d, v) => d.Name = v.ReadLine(255)),
            new(
                "operation",
                SchemaFactory.Text("What a call does; REDEPLOY unless given.", Operations),
                (d, v) => d.Operation = v.ReadOneOf(Operations) == "SCALEUP" ? Operation.Scale : Operation.Redeploy
            ),
            new(
                "pass_body",
                SchemaFactory.Flag("New containers get the body of the call as DOCKERCLOUD_TRIGGER_BODY."),
                (d, v) => d.PassBody = v.ReadFlag()
            ),
        ],
        ["uuid", "url", "resource_uri", "created_datetime"]
    );

    public static void MapTriggers(this IEndpointRouteBuilder app)
    {
        var triggers = app.MapGroup(ResourceUris.Service + "/{uuid}/trigger").WithTags("trigger");
        triggers
            .MapPost("/", Create)
            .WithSummary("Make a secret URL that redeploys or scales up a service")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 404, 409, 413);
        triggers.MapGet("/", List).WithSummary("List the triggers of a service").WithInput(Paging.Parameters).WithErrors(400, 404);
        triggers.MapGet("/{trigger}", Get).WithSummary("Get a trigger").WithErrors(404);
        triggers.MapDelete("/{trigger}", Delete).WithSummary("Revoke a trigger: its URL is dead from then on").WithErrors(404);
        triggers
            .MapPost("/{trigger}/call", Call)
            .WithSummary("Pull a trigger; needs no credentials")
            .AllowAnonymous()
            .WithMetadata(new ForeignBodyMetadata("Anything, at most 64 KiB.", ["*/*"]))
            .AnswersAction(202)
            .WithErrors(400, 404, 409, 413, 429);
    }

    private static async Task<Created<TriggerResponse>> Create(
        string uuid,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        TimeProvider time
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var service = await services.Find(uuid);
        if (service.Status is ServiceStatus.Terminating or ServiceStatus.Terminated)
            throw ApiException.Conflict("The service is terminated; it can have no triggers.", service.Status.Format());
        var trigger = new Trigger
        {
            Uuid = Guid.NewGuid(),
            ServiceId = service.Uuid,
            Name = request.Name,
            Operation = request.Operation,
            PassBody = request.PassBody,
            Created = time.GetUtcNow(),
        };
        await ledger.AddTrigger(trigger, context.RequestAborted);
        var made = TriggerResponse.From(trigger);
        return TypedResults.Created(made.ResourceUri, made);
    }

    private static async Task<Ok<Listing<TriggerResponse>>> List(string uuid, HttpRequest request, ServiceLookup services, ILedger ledger)
    {
        var paging = Paging.Read(request);
        var service = await services.Find(uuid);
        var page = await ledger.ListTriggers(service.Uuid, paging.Limit, paging.Offset, request.HttpContext.RequestAborted);
        return TypedResults.Ok(paging.Listing<TriggerResponse>(request, page.Total, [.. page.Items.Select(TriggerResponse.From)]));
    }

    private static async Task<Ok<TriggerResponse>> Get(string uuid, string trigger, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(TriggerResponse.From(await Find(uuid, trigger, ledger, cancellationToken)));

    private static async Task<NoContent> Delete(string uuid, string trigger, ILedger ledger, CancellationToken cancellationToken)
    {
        var found = await Find(uuid, trigger, ledger, cancellationToken);
        await ledger.RemoveTrigger(found.ServiceId, found.Uuid, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<TriggerResponse>> Call(
        string uuid,
        string trigger,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        TriggerRateLimit rate
    )
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
            throw new ApiException(StatusCodes.Status429TooManyRequests, $"The trigger is called too often; try again in {seconds} s.");
        }

        using var body = await RequestBody.Read(context, MaxBodyBytes);
        var cause = context.CreateCause() with
        {
            Kind = CauseKind.Trigger,
            Text = found.Name.Length > 0 ? $"trigger \"{found.Name}\"" : "a trigger",
            User = "",
            // the path has the secret in it
            Path = $"{ResourceUris.Service}/{found.ServiceId}/trigger/…/call/",
        };
        var text = found.PassBody ? TextOf(body.Span) : null;
        OperationCommand command =
            found.Operation == Operation.Scale
                ? new ScaleCommand
                {
                    Cause = cause,
                    AdditionalContainers = 1,
                    Body = text,
                }
                : new RedeployCommand { Cause = cause, Body = text };
        if (command is ScaleCommand)
            RefuseMore(await services.Find(uuid));
        (await services.Grain(found.ServiceId).BeginTriggered(command)).AcceptedWithAction(context);
        return TypedResults.Accepted((string?)null, TriggerResponse.From(found));
    }

    private static void RefuseMore(Service service)
    {
        if (service.Settings.TargetContainers >= ServiceLimits.Containers)
            throw ApiException.Conflict(
                $"The service has {SentenceText.FormatNumber(ServiceLimits.Containers)} containers, which is the most.",
                service.Status.Format()
            );
        if (service.Settings.Container.Ports.Any(p => p.OuterPort is not null))
            throw ApiException.Conflict(
                "The service has a fixed port of the host, which two containers cannot share.",
                service.Status.Format()
            );
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
            throw ApiException.BadRequest("The body is not text in UTF-8, and the trigger hands it to the containers as text.");
        }

        return text.Contains('\0') ? throw ApiException.BadRequest("The body has a NUL, which no environment variable can have.") : text;
    }

    private static async Task<Trigger> Find(string service, string trigger, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(service, "D", out var of)
        && Guid.TryParseExact(trigger, "D", out var uuid)
        && await ledger.FindTrigger(of, uuid, cancellationToken) is { } found
            ? found
            : throw new ApiException(StatusCodes.Status404NotFound, "There is no such trigger, or it was revoked.");

    private sealed class Request
    {
        public string Name { get; set; } = "";

        public Operation Operation { get; set; } = Operation.Redeploy;

        public bool PassBody { get; set; }
    }
}
