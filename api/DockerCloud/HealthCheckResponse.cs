using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

public sealed record HealthCheckResponse(
    HttpCheckResponse? Http,
    TcpCheckResponse? Tcp,
    IReadOnlyList<string>? Exec,
    bool None,
    double Interval,
    double Timeout,
    int Retries,
    double StartPeriod
)
{
    public static HealthCheckResponse? From(HealthCheck? check) =>
        check is null
            ? null
            : new HealthCheckResponse(
                check.Path is { } path ? new HttpCheckResponse(check.Port, path) : null,
                check.Path is null && check.IsProbe ? new TcpCheckResponse(check.Port) : null,
                check.Exec.IsDefaultOrEmpty ? null : check.Exec,
                check.None,
                check.Interval,
                check.Timeout,
                check.Retries,
                check.StartPeriod
            );
}
