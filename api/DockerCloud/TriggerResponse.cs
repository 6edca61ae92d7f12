using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A secret URL that redeploys, or scales up, a service.</summary>
/// <param name="Operation">REDEPLOY or SCALEUP.</param>
/// <param name="Url">Where to POST, relative to this server; whoever knows it can pull the trigger.</param>
public sealed record TriggerResponse(
    Guid Uuid,
    string Name,
    string Operation,
    bool PassBody,
    string Url,
    string ResourceUri,
    string CreatedDatetime
)
{
    public static TriggerResponse From(Trigger trigger)
    {
        var uri = $"{ResourceUris.Service}/{trigger.ServiceId:D}/trigger/{trigger.Uuid:D}/";
        return new TriggerResponse(
            trigger.Uuid,
            trigger.Name,
            trigger.Operation == Deployments.Operation.Scale ? "SCALEUP" : "REDEPLOY",
            trigger.PassBody,
            uri + "call/",
            uri,
            ApiDates.Format(trigger.Created)
        );
    }
}
