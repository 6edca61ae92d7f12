namespace AutoDeploy.Ports;

public enum RestartPolicy
{
    No,
    OnFailure,
    UnlessStopped,
}
