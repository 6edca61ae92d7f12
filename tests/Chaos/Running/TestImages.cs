using System.Collections.Immutable;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>What is pushed to the registry.</summary>
public sealed class TestImages(RegistryServer registry)
{
    private readonly Lock _lock = new();
    private int _number;

    /// <summary>The digests of those that cannot be proven.</summary>
    public ImmutableHashSet<string> Broken { get; private set; } = [];

    /// <summary>Pushes a version that was never there before; answers its digest.</summary>
    public async Task<string> Push(string repository, ImageQuality quality)
    {
        var version = $"v{Interlocked.Increment(ref _number)}";
        var digest = await Of(version, quality).Push(registry, repository, "latest");
        lock (_lock)
            if (!IsGood(quality))
                Broken = Broken.Add(digest);
        return digest;
    }

    public static bool IsGood(ImageQuality quality) => quality is ImageQuality.Good or ImageQuality.Slow;

    private static TestImage Of(string version, ImageQuality quality) =>
        quality switch
        {
            ImageQuality.Good => TestImage.HealthyWeb(version),
            ImageQuality.Slow => TestImage.HealthyAfter(version, 0.7),
            ImageQuality.Exits => TestImage.Exiting(version, "cannot begin"),
            // neither the image's check nor the service's own finds it well
            ImageQuality.Unhealthy => TestImage.Unhealthy(version) with { Cmd = ["/bin/sh", "-c", "trap exit TERM; sleep 10000 & wait"] },
            _ => TestImage.HealthyWeb(version) with { Cmd = ["/no/such/program"] },
        };
}
