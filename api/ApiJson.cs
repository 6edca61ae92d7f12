using System.Text.Json.Serialization;
using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Silo;

namespace AutoDeploy.Api;

/// <summary>Everything that is answered as JSON; source-generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorForm))]
[JsonSerializable(typeof(HookAnswer))]
[JsonSerializable(typeof(HandshakeAnswer))]
[JsonSerializable(typeof(ServiceObject))]
[JsonSerializable(typeof(Listing<ServiceObject>))]
[JsonSerializable(typeof(VerdictObject))]
[JsonSerializable(typeof(Listing<VerdictObject>))]
[JsonSerializable(typeof(ActionObject))]
[JsonSerializable(typeof(Listing<ActionObject>))]
[JsonSerializable(typeof(EventObject))]
[JsonSerializable(typeof(ContainerEventObject))]
[JsonSerializable(typeof(PushObject))]
[JsonSerializable(typeof(HeldObject))]
[JsonSerializable(typeof(NotificationObject))]
[JsonSerializable(typeof(Listing<NotificationObject>))]
[JsonSerializable(typeof(TestObject))]
[JsonSerializable(typeof(ContainerObject))]
[JsonSerializable(typeof(Listing<ContainerObject>))]
[JsonSerializable(typeof(VolumeObject))]
[JsonSerializable(typeof(Listing<VolumeObject>))]
[JsonSerializable(typeof(NodeObject))]
[JsonSerializable(typeof(Listing<NodeObject>))]
[JsonSerializable(typeof(Listing<NodeClusterObject>))]
[JsonSerializable(typeof(Listing<StackObject>))]
[JsonSerializable(typeof(RegistryObject))]
[JsonSerializable(typeof(Listing<RegistryObject>))]
[JsonSerializable(typeof(GitHostObject))]
[JsonSerializable(typeof(Listing<GitHostObject>))]
[JsonSerializable(typeof(HostAliasObject))]
[JsonSerializable(typeof(Listing<HostAliasObject>))]
[JsonSerializable(typeof(OrganizationSettingsObject))]
[JsonSerializable(typeof(HookObject))]
[JsonSerializable(typeof(Listing<HookObject>))]
[JsonSerializable(typeof(DeliveryObject))]
[JsonSerializable(typeof(Listing<DeliveryObject>))]
[JsonSerializable(typeof(DeliveryContentObject))]
[JsonSerializable(typeof(UserObject))]
[JsonSerializable(typeof(QoveryError))]
[JsonSerializable(typeof(RestrictionObject))]
[JsonSerializable(typeof(Results<RestrictionObject>))]
[JsonSerializable(typeof(StatusObject))]
[JsonSerializable(typeof(AnnouncementObject))]
[JsonSerializable(typeof(Results<OrganizationObject>))]
[JsonSerializable(typeof(TriggerObject))]
[JsonSerializable(typeof(Listing<TriggerObject>))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext;
