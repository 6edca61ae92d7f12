using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Ports;

namespace AutoDeploy.Grains.Tests;

public class BuildCoordinatorTests
{
    private static readonly EngineImage Image = new("sha256:1", null);

    private readonly BuildCoordinator _builds = new(new DeploymentOptions());

    [Fact]
    public async Task Builds_of_the_same_at_the_same_time_are_one_and_all_hear_its_lines()
    {
        var go = new TaskCompletionSource();
        var said = new TaskCompletionSource();
        var builds = 0;
        var (first, second) = (new LineCollector(), new LineCollector());

        var one = _builds.Run("key", first, false, Build, default);
        await said.Task;
        var two = _builds.Run("key", second, false, Build, default);
        go.SetResult();

        Assert.Equal((Image, Image), (await one, await two));
        Assert.Equal(1, builds);
        Assert.Equal(["early", "late"], first.All);
        Assert.Equal(["early", "late"], second.All);

        async Task<EngineImage> Build(IProgress<string> lines, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref builds);
            lines.Report("early");
            said.TrySetResult();
            await go.Task;
            lines.Report("late");
            return Image;
        }
    }

    [Fact]
    public async Task Different_builds_are_each_built() =>
        Assert.NotEqual(
            await _builds.Run("a", new LineCollector(), false, Named("a"), default),
            await _builds.Run("b", new LineCollector(), false, Named("b"), default)
        );

    [Fact]
    public async Task The_same_is_built_on_each_engine()
    {
        var (builds, go) = (new BuildCoordinators(new DeploymentOptions { MaxConcurrentBuilds = 1 }), new TaskCompletionSource());
        var one = builds
            .GetForEngine("east")
            .Run(
                "key",
                new LineCollector(),
                false,
                async (lines, _) =>
                {
                    await go.Task;
                    return await Named("a")(lines, default);
                },
                default
            );
        Assert.Equal("b", (await builds.GetForEngine("west").Run("key", new LineCollector(), false, Named("b"), default)).Id);
        go.SetResult();
        Assert.Equal("a", (await one).Id);
        Assert.Same(builds.GetForEngine("east"), builds.GetForEngine("east"));
    }

    [Fact]
    public async Task What_has_ended_is_built_anew()
    {
        Assert.Equal("a", (await _builds.Run("key", new LineCollector(), false, Named("a"), default)).Id);
        Assert.Equal("b", (await _builds.Run("key", new LineCollector(), false, Named("b"), default)).Id);
    }

    [Fact]
    public async Task One_who_leaves_does_not_stop_the_others()
    {
        var go = new TaskCompletionSource();
        using var leaves = new CancellationTokenSource();
        var one = _builds.Run("key", new LineCollector(), false, Wait, leaves.Token);
        var two = _builds.Run("key", new LineCollector(), false, Wait, default);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(two.IsCompleted);
        go.SetResult();
        Assert.Equal(Image, await two);

        async Task<EngineImage> Wait(IProgress<string> lines, CancellationToken cancellationToken)
        {
            await go.Task.WaitAsync(cancellationToken);
            return Image;
        }
    }

    [Fact]
    public async Task When_all_have_left_it_is_stopped_before_they_go_on()
    {
        var began = new TaskCompletionSource();
        var ended = false;
        using var leaves = new CancellationTokenSource();
        var one = _builds.Run("key", new LineCollector(), false, Wait, leaves.Token);
        await began.Task;

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.True(ended);
        Assert.Equal("again", (await _builds.Run("key", new LineCollector(), false, Named("again"), default)).Id);

        async Task<EngineImage> Wait(IProgress<string> lines, CancellationToken cancellationToken)
        {
            began.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                ended = true;
            }

            return Image;
        }
    }

    [Fact]
    public async Task A_failure_is_everybodys()
    {
        var go = new TaskCompletionSource();
        var one = _builds.Run("key", new LineCollector(), false, Fail, default);
        var two = _builds.Run("key", new LineCollector(), false, Fail, default);
        go.SetResult();
        Assert.Equal("no", (await Assert.ThrowsAsync<EngineException>(() => one)).Message);
        Assert.Equal("no", (await Assert.ThrowsAsync<EngineException>(() => two)).Message);

        async Task<EngineImage> Fail(IProgress<string> lines, CancellationToken cancellationToken)
        {
            await go.Task;
            throw new EngineException(EngineFault.Refused, "no");
        }
    }

    private static Func<IProgress<string>, CancellationToken, Task<EngineImage>> Named(string id) =>
        (_, _) => Task.FromResult(new EngineImage(id, null));

    [Fact]
    public async Task So_many_builds_go_on_at_a_time_and_one_that_waits_says_so()
    {
        var builds = new BuildCoordinator(new DeploymentOptions { MaxConcurrentBuilds = 1 });
        var go = new TaskCompletionSource();
        var said = new TaskCompletionSource();
        var heard = new FirstLine();
        var begun = 0;
        var first = builds.Run("one", new LineCollector(), false, Build, default);
        await said.Task;
        var second = builds.Run("two", heard, false, Build, default);
        Assert.Contains("Waiting for another build", await heard.First, StringComparison.Ordinal);
        Assert.Equal(1, begun);

        // one that nobody wants any more takes no turn
        using var unwanted = new CancellationTokenSource();
        var third = builds.Run("three", new LineCollector(), false, Build, unwanted.Token);
        await unwanted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        go.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, begun);

        async Task<EngineImage> Build(IProgress<string> output, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref begun);
            said.TrySetResult();
            await go.Task;
            return Image;
        }
    }

    private sealed class FirstLine : IProgress<string>
    {
        private readonly TaskCompletionSource<string> _first = new();

        public Task<string> First => _first.Task;

        public void Report(string value) => _first.TrySetResult(value);
    }

    private sealed class LineCollector : IProgress<string>
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        public void Report(string value)
        {
            lock (_all)
                _all.Add(value);
        }
    }
}
