using System.Text.Json.Serialization;
using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Hosting.Health;

namespace AutoDeploy.Api;

/// <summary>Everything that is answered as JSON; source-generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorForm))]
[JsonSerializable(typeof(HookAnswer))]
[JsonSerializable(typeof(HandshakeAnswer))]
[JsonSerializable(typeof(ServiceResponse))]
[JsonSerializable(typeof(Listing<ServiceResponse>))]
[JsonSerializable(typeof(VerdictResponse))]
[JsonSerializable(typeof(Listing<VerdictResponse>))]
[JsonSerializable(typeof(ActionResponse))]
[JsonSerializable(typeof(Listing<ActionResponse>))]
[JsonSerializable(typeof(EventResponse))]
[JsonSerializable(typeof(ContainerEventResponse))]
[JsonSerializable(typeof(PushResponse))]
[JsonSerializable(typeof(HeldResponse))]
[JsonSerializable(typeof(NotificationResponse))]
[JsonSerializable(typeof(Listing<NotificationResponse>))]
[JsonSerializable(typeof(TestResponse))]
[JsonSerializable(typeof(ContainerResponse))]
[JsonSerializable(typeof(Listing<ContainerResponse>))]
[JsonSerializable(typeof(VolumeResponse))]
[JsonSerializable(typeof(Listing<VolumeResponse>))]
[JsonSerializable(typeof(NodeResponse))]
[JsonSerializable(typeof(Listing<NodeResponse>))]
[JsonSerializable(typeof(Listing<NodeClusterResponse>))]
[JsonSerializable(typeof(Listing<StackResponse>))]
[JsonSerializable(typeof(RegistryResponse))]
[JsonSerializable(typeof(Listing<RegistryResponse>))]
[JsonSerializable(typeof(GitHostResponse))]
[JsonSerializable(typeof(Listing<GitHostResponse>))]
[JsonSerializable(typeof(HostAliasResponse))]
[JsonSerializable(typeof(Listing<HostAliasResponse>))]
[JsonSerializable(typeof(OrganizationSettingsResponse))]
[JsonSerializable(typeof(HookResponse))]
[JsonSerializable(typeof(Listing<HookResponse>))]
[JsonSerializable(typeof(DeliveryResponse))]
[JsonSerializable(typeof(Listing<DeliveryResponse>))]
[JsonSerializable(typeof(DeliveryContentResponse))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(QoveryError))]
[JsonSerializable(typeof(RestrictionResponse))]
[JsonSerializable(typeof(Results<RestrictionResponse>))]
[JsonSerializable(typeof(StatusResponse))]
[JsonSerializable(typeof(AnnouncementResponse))]
[JsonSerializable(typeof(Results<OrganizationResponse>))]
[JsonSerializable(typeof(TriggerResponse))]
[JsonSerializable(typeof(Listing<TriggerResponse>))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext;
