namespace AutoDeploy.Events;

[GenerateSerializer, Alias("AutoDeploy.EventChange")]
public enum EventChange
{
    Create,
    Update,
    Delete,
}
