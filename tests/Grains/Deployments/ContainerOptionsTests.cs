using System.Text.Json;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Rollouts;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Deployments;

public class ContainerOptionsTests
{
    [Fact]
    public void A_path_in_memory_gets_no_volume_though_the_image_declares_it()
    {
        var scenario = new PipelineScenario(settings =>
            settings with
            {
                Container = settings.Container with { Options = new ContainerOptions { TemporaryFileSystems = ["/run:size=1m"] } },
            }
        );
        scenario.Engine.DeclaredVolumes = ["/run", "/data"];
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Contains(scenario.Log, line => line.Contains("/data", StringComparison.Ordinal));
        Assert.DoesNotContain(scenario.Log, line => line.Contains("/run", StringComparison.Ordinal));
    }

    [Fact]
    public void A_command_is_run_once_whatever_the_restart_of_the_service()
    {
        var spec = ContainerSpecFactory.CreateCommandSpec(
            new ContainerSpec
            {
                Name = "web-1",
                Image = "web",
                Labels = new ContainerLabels
                {
                    ServiceId = Guid.NewGuid(),
                    DeploymentId = Guid.NewGuid(),
                    ContainerId = Guid.NewGuid(),
                    Slot = 1,
                    Image = "web",
                    Digest = "sha256:0",
                },
                Options = new ContainerOptions { Restart = "unless-stopped", Init = true },
            },
            "web-command",
            "migrate"
        );
        Assert.Equal(("", true), (spec.Options.Restart, spec.Options.Init));
    }

    [Fact]
    public void What_was_stored_before_there_were_these_settings_is_read()
    {
        var settings = JsonSerializer.Deserialize<ContainerSettings>(
            """{"Hostname": "web", "Ports": [{"Protocol": "tcp", "InnerPort": 80}]}"""
        )!;
        Assert.Empty(settings.Options.UserLimits);
        Assert.Equal("", settings.Ports[0].HostAddress);
        var check = JsonSerializer.Deserialize<HealthCheck>("""{"Port": 80, "Path": "/", "Interval": 5}""")!;
        Assert.True(check.IsProbe);
    }
}
