using AutoDeploy.Engines;
using AutoDeploy.Grains.Tests.Services;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Engines;

/// <summary>What is asked of an engine, and of one that nobody reaches.</summary>
[Collection(GrainCluster.Name)]
public class EngineGrainTests(GrainCluster cluster)
{
    private IEngineGrain Local => cluster.Grains.GetGrain<IEngineGrain>(EngineNames.Local);

    private IEngineGrain Gone => cluster.Grains.GetGrain<IEngineGrain>("gone");

    [Fact]
    public async Task An_engine_that_answers_says_what_it_is()
    {
        Assert.Equal(new EngineReport { Name = "paper", Version = "1" }, await Local.Describe());
        Assert.True((await Local.Ping()).Answers);
        Assert.True(await Local.IsReachable());
    }

    [Fact]
    public async Task An_engine_that_nobody_reaches_is_silent()
    {
        Assert.Equal(EngineReport.Silent, await Gone.Describe());
        Assert.False(await Gone.IsReachable());
        Assert.Equal(EngineNames.DescribeUnreachable("gone"), (await Gone.ListContainers(Guid.NewGuid())).Objection);
        Assert.Equal(EngineNames.DescribeUnreachable("gone"), await Gone.RemoveVolume("data"));
        await Gone.Listen();
    }

    [Fact]
    public async Task An_engine_that_fails_to_answer_is_silent()
    {
        cluster.Engine.Answer = () => Task.FromException(new EngineException(EngineFault.Unreachable, "It is away."));
        try
        {
            Assert.Equal(EngineReport.Silent, await Local.Ping());
            // nor is one that lets others wait
            cluster.Engine.Answer = () => Task.Delay(Timeout.Infinite);
            Assert.Equal(EngineReport.Silent, await Local.Describe());
        }
        finally
        {
            cluster.Engine.Answer = () => Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_containers_of_a_service_are_listed_as_the_API_shows_them()
    {
        var service = await ServiceScenario.Start(cluster);
        var container = Assert.Single((await Local.ListContainers(service.Uuid)).Containers);
        Assert.Equal((1, true, ServiceScenario.CreateDigest(1)), (container.Slot, container.Running, container.Digest));
    }

    [Fact]
    public async Task A_volume_is_removed_unless_a_container_has_it()
    {
        cluster.Engine.Removes = name =>
            name switch
            {
                "broken" => throw new EngineException(EngineFault.Refused, "The disk is broken."),
                _ => name == "free",
            };
        Assert.Null(await Local.RemoveVolume("free"));
        Assert.Equal("A container has it.", await Local.RemoveVolume("used"));
        Assert.Equal("The disk is broken.", await Local.RemoveVolume("broken"));
        cluster.Engine.Removes = _ => true;
    }

    [Fact]
    public async Task Who_listens_to_an_engine_looks_at_the_services_on_it()
    {
        var service = await ServiceScenario.Start(cluster);
        cluster.Engine.Change(service.Uuid, container => container with { State = EngineContainerState.Exited });
        await Local.Listen();
        await Eventually.Until(async () => (await service.Get()).Status == ServiceStatus.Stopped);
    }

    [Fact]
    public void A_docker_host_can_express_all_settings() =>
        Assert.Null(EngineCapabilities.FindObjection(EngineKind.DockerHost, new ServiceSettings()));

    [Fact]
    public void What_a_kind_of_engine_can_express_has_to_be_known() =>
        Assert.Throws<NotSupportedException>(() => EngineCapabilities.FindObjection((EngineKind)99, new ServiceSettings()));

    [Theory]
    [InlineData("local", true)]
    [InlineData("eu-west_1", true)]
    [InlineData("", false)]
    [InlineData("-x", false)]
    [InlineData("Upper", false)]
    public void An_engines_name_is_lower_case_letters_digits_and_hyphens(string name, bool isValid) =>
        Assert.Equal(isValid, EngineNames.IsValid(name));
}
