using System.Runtime.CompilerServices;

namespace AutoDeploy.Api.Tests;

/// <summary>No test here needs a Docker engine, and none may find this machine's; nor settings that somebody has.</summary>
internal static class TestProcessSettings
{
    [ModuleInitializer]
    internal static void Apply()
    {
        Environment.SetEnvironmentVariable("DOCKER_HOST", "unix:///nonexistent/docker.sock");
        foreach (var name in (string[])["PORT", "HOST", "DATA", "URL", "PROXY", "TOKEN", "HOOK_RATE", "SMTP_URL", "SMTP_FROM"])
            Environment.SetEnvironmentVariable("AUTODEPLOY_" + name, null);
    }
}
