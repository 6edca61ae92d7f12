using System.Reflection;
using AutoDeploy.Hosting;
using Orleans;

namespace AutoDeploy.Hosting.Tests;

/// <summary>Orleans loads all parts of an application; the API of a cluster ships no code for Docker, registries and git.</summary>
public sealed class ApplicationPartTests
{
    [Fact]
    public void Code_for_Docker_registries_and_git_is_no_part_of_the_application()
    {
        var parts = typeof(SiloHosting).Assembly.GetCustomAttributes<ApplicationPartAttribute>().Select(p => p.AssemblyName).ToList();

        Assert.Contains("AutoDeploy.Grains", parts);
        Assert.DoesNotContain("AutoDeploy.Containers", parts);
        Assert.DoesNotContain("AutoDeploy.Registry", parts);
        Assert.DoesNotContain("AutoDeploy.Git", parts);
    }
}
