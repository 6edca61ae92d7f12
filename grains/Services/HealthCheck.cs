using System.Collections.Immutable;
using AutoDeploy.Ports;

namespace AutoDeploy.Services;

/// <summary>How a new container is proven, instead of the image's HEALTHCHECK.</summary>
/// <param name="Port">In the container, 1 to 65,535.</param>
/// <param name="Path">An HTTP path beginning with <c>/</c>: answers of 200 to 399 are well. Null: a TCP connection that opens is
/// well.</param>
/// <param name="Interval">Seconds between two failures that count, default 5.</param>
/// <param name="Timeout">Seconds for one try, default 3.</param>
/// <param name="Retries">So many failures in a row that count are unhealthy, default 3.</param>
/// <param name="StartPeriod">Seconds from the start in which failures do not count, default 0.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.HealthCheck")]
public sealed record HealthCheck(
    [property: Id(0)] int Port,
    [property: Id(1)] string? Path,
    [property: Id(2)] double Interval,
    [property: Id(3)] double Timeout,
    [property: Id(4)] int Retries,
    [property: Id(5)] double StartPeriod
)
{
    /// <summary>There is no check, and the image's HEALTHCHECK is switched off: the container has to run for a while.</summary>
    [Id(6)]
    public bool None { get; init; }

    /// <summary>A command that Docker runs in the container instead of the image's HEALTHCHECK: code 0 is well. None: no command.</summary>
    [Id(7)]
    public ImmutableArray<string> Exec { get; init; } = [];

    /// <summary>The check asks a port of the container, from outside.</summary>
    public bool IsProbe => !None && Exec.IsDefaultOrEmpty;

    /// <summary>Two checks with the same command are equal, whichever array holds it.</summary>
    public bool Equals(HealthCheck? other) =>
        other is not null
        && (Port, Path, Interval, Timeout, Retries, StartPeriod, None)
            == (other.Port, other.Path, other.Interval, other.Timeout, other.Retries, other.StartPeriod, other.None)
        && (Exec.IsDefault ? [] : Exec).SequenceEqual(other.Exec.IsDefault ? [] : other.Exec);

    public override int GetHashCode() => HashCode.Combine(Port, Path, Interval, Timeout, Retries, StartPeriod, None);

    /// <summary>What Docker itself checks in a container, if its image has <paramref name="imageCheck"/>; null: nothing.</summary>
    public static EngineHealthCheck? FindEngineCheck(HealthCheck? own, EngineHealthCheck? imageCheck) =>
        own is null or { IsProbe: true } ? imageCheck
        : own.None ? null
        : new EngineHealthCheck(
            own.Exec,
            TimeSpan.FromSeconds(own.Interval),
            TimeSpan.FromSeconds(own.Timeout),
            own.Retries,
            TimeSpan.FromSeconds(own.StartPeriod)
        );
}
