namespace AutoDeploy.Deployments;

[GenerateSerializer, Alias("AutoDeploy.CauseKind")]
public enum CauseKind
{
    Push,
    Person,
    Trigger,

    /// <summary>The engine was away, and what ran stopped with it.</summary>
    Engine,
}
