using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class LedgerEventTests(DockerFixture docker) : DockerTests(docker)
{
    [Fact]
    public async Task The_life_of_a_container_is_told_in_order()
    {
        await using var watch = await Watching.Start(Engine);
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        await Engine.Exec(web.Id, ["true"], TimeSpan.FromSeconds(20), None);
        await Docker.CallDocker(HttpMethod.Post, $"containers/{web.Id}/kill?signal=SIGHUP");
        await Engine.Remove(web.Id, None);
        await Eventually.Until(() => Of(web.Id).Contains(EngineEventKind.Removed));

        EngineEventKind[] expected =
        [
            EngineEventKind.Other, // created
            EngineEventKind.Started,
            EngineEventKind.Other, // SIGHUP; the command in the container is not told of
            EngineEventKind.StopRequested,
            EngineEventKind.Exited,
            EngineEventKind.Removed,
        ];
        Assert.Equal(expected, Of(web.Id));
        Assert.All(watch.Seen.Where(seen => seen.ContainerId == web.Id), seen => Assert.Equal(ServiceId, seen.ServiceId));

        EngineEventKind[] Of(string id) => [.. watch.Seen.Where(seen => seen.ContainerId == id).Select(seen => seen.Kind)];
    }

    [Fact]
    public async Task A_crash_is_an_exit_that_nobody_asked_for()
    {
        await using var watch = await Watching.Start(Engine);
        var container = await Docker.Run(await CreateSpec(TestImage.Exiting("1", "bye"), "exits"));
        await Eventually.Until(() => watch.Seen.Any(seen => seen.ContainerId == container.Id && seen.Kind == EngineEventKind.Exited));
        Assert.DoesNotContain(watch.Seen, seen => seen.ContainerId == container.Id && seen.Kind == EngineEventKind.StopRequested);
    }

    [Fact]
    public async Task Health_is_told()
    {
        await using var watch = await Watching.Start(Engine);
        var web = await Docker.Run(await CreateSpec(TestImage.OftenCheckedWeb("1"), "well"));
        await Eventually.Until(() => watch.Seen.Any(seen => seen.ContainerId == web.Id && seen.Kind == EngineEventKind.Health));
    }

    [Fact]
    public async Task Nothing_is_missed_between_Connected_and_the_first_read()
    {
        using var dockerSocketProxy = new DockerSocketProxy(Docker.Daemon.SocketFile, holdBack: "/events");
        using var engine = Docker.NewEngine(dockerSocketProxy.Host);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // what was missed never comes
        var events = engine.Watch(deadline.Token).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(EngineEventKind.Connected, events.Current.Kind);
        var web = await Docker.Run(await CreateSpec(TestImage.Web("1")));
        dockerSocketProxy.Release(); // only now the daemon hears that we want to be told
        while (!(events.Current.ContainerId == web.Id && events.Current.Kind == EngineEventKind.Started))
            Assert.True(await events.MoveNextAsync());
        await events.DisposeAsync();
    }

    [Fact]
    public async Task Foreign_containers_are_not_told_of()
    {
        await using var watch = await Watching.Start(Engine);
        var spec = await CreateSpec(TestImage.Web("1"));
        await Docker.CallDocker(HttpMethod.Post, $"containers/create?name=foreign-{Alias}", $$"""{"Image":"{{spec.Image}}"}""");
        await Docker.CallDocker(HttpMethod.Delete, $"containers/foreign-{Alias}?force=1");
        var ours = await Docker.Run(spec);
        await Eventually.Until(() => watch.Seen.Any(seen => seen.ContainerId == ours.Id));
        Assert.All(watch.Seen.Where(seen => seen.Kind != EngineEventKind.Connected), seen => Assert.NotEqual(Guid.Empty, seen.ServiceId));
    }

    [Fact]
    public async Task Watching_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Engine.Watch(cancel.Token))
                if (seen++ == 0)
                    await cancel.CancelAsync();
        });
    }
}
