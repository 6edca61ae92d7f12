namespace AutoDeploy.Ports;

[GenerateSerializer, Alias("AutoDeploy.RegistryFault")]
public enum RegistryFault
{
    Unreachable,
    NotFound,
    Unauthorized,
    TooManyRequests,
    Refused,
}
