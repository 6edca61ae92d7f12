namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.Autorestart")]
public enum AutorestartPolicy
{
    Off,
    OnFailure,
    Always,
}
