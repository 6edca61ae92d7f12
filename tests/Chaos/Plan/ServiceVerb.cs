namespace AutoDeploy.Chaos.Tests.Plan;

public enum ServiceVerb
{
    Redeploy,
    Stop,
    Start,
    Scale,
}
