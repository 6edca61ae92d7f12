namespace AutoDeploy.Ports;

public enum EngineHealth
{
    None,
    Starting,
    Healthy,
    Unhealthy,
}
