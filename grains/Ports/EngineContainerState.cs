namespace AutoDeploy.Ports;

public enum EngineContainerState
{
    Created,
    Running,
    Restarting,
    Paused,
    Exited,
    Dead,
    Removing,
}
