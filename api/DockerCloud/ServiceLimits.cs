namespace AutoDeploy.Api.DockerCloud;

/// <summary>Bounds that nobody should meet, so that nothing grows without end.</summary>
public static class ServiceLimits
{
    public const int Containers = 1000;
    public const int Seconds = 3600;
    public const int StepSeconds = 86_400;
    public const int NameLength = 255;
    public const int PollSeconds = 7 * 86_400;
    public const int Megabytes = 1 << 24;
    public const int Labels = 1000;
    public const int Variables = 1000;
    public const int ValueLength = 128 << 10;
    public const int Items = 256;
}
