namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>How far an action has come, as its step and its log tell.</summary>
public enum KillMoment
{
    Resolve,
    Pull,
    Replace,
    Proven,
    Switched,
    Retire,
    Removed,
    Back,
}
