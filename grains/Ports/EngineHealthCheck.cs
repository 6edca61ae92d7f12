namespace AutoDeploy.Ports;

/// <summary>A HEALTHCHECK as Docker understands it, its defaults filled in.</summary>
/// <param name="Command">The command line to run in the container (<c>CMD-SHELL x</c> is <c>/bin/sh -c x</c>).</param>
public sealed record EngineHealthCheck(
    IReadOnlyList<string> Command,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Retries,
    TimeSpan StartPeriod
);
