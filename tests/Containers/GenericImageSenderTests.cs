using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class GenericImageSenderTests(DockerFixture docker) : DockerTests(docker)
{
    private ImageName Name(string path = "tests/pull") => ImageName.Parse($"{Docker.Registry.Host}/{path}:1");

    [Fact]
    public async Task An_image_is_pulled_by_digest_and_reports_a_line_when_a_layer_begins_and_when_it_is_done()
    {
        var image = TestImage.Web($"{ServiceId}") with
        {
            Files = new Dictionary<string, string> { ["big"] = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{ServiceId}{i}")) },
        };
        var digest = await image.Push(Docker.Registry, "tests/pull", "1");
        await using var proxy = await RegistryProxy.Start(Docker.Registry);
        var name = ImageName.Parse($"{proxy.Host}/tests/pull:1");
        Assert.Null(await Engine.FindImage($"{name.Repository}@{digest}", None));

        // of what comes at once the daemon may tell nothing but the end
        var reports = new PullReportCollector();
        proxy.Behavior = RegistryProxyBehavior.Normal with
        {
            HalfWay = () => Eventually.Until(() => reports.All.Any(report => report.Bytes > 0)),
        };
        var pulled = await Engine.Pull(name, digest, null, reports, None);
        Assert.StartsWith("sha256:", pulled.Id);
        var lines = reports.Lines;
        Assert.Contains(lines, line => line.EndsWith("Pull complete", StringComparison.Ordinal));
        Assert.Contains(lines, line => line == $"Digest: {digest}");
        Assert.Equal(lines.Distinct(), lines);
        Assert.InRange(lines.Count, 3, 10);

        // what has come grows up to all that has to
        var last = reports.All[^1];
        Assert.True(last.Bytes > 0 && last.Bytes == last.Total, last.ToString());
        Assert.All(reports.All, report => Assert.True(report.Bytes <= report.Total && report.Bytes <= last.Bytes, report.ToString()));
        Assert.Equivalent(pulled, await Engine.FindImage($"{name.Repository}@{digest}", None));
    }

    [Fact]
    public async Task An_image_that_is_there_is_not_pulled_again()
    {
        await using var registry = await RegistryServer.Start();
        var digest = await TestImage.Web("1").Push(registry, "tests/once", "1");
        var name = ImageName.Parse($"{registry.Host}/tests/once:1");
        await Engine.Pull(name, digest, null, null, None);
        await registry.Stop();
        var reports = new PullReportCollector();
        await Engine.Pull(name, digest, null, reports, None);
        Assert.Empty(reports.All);
    }

    [Fact]
    public async Task A_digest_that_the_registry_does_not_have_is_not_found()
    {
        await TestImage.Web("1").Push(Docker.Registry, "tests/pull", "1");
        var e = await Fails(Name(), "sha256:" + new string('1', 64), null);
        Assert.Equal(EngineFault.NotFound, e.Fault);
        Assert.Contains("does not have it", e.Message);
    }

    [Fact]
    public async Task An_error_in_the_midst_of_the_stream_is_an_error()
    {
        // the manifest is there, but a layer is not: the daemon has answered 200 by then
        var upload = new BrokenImage(Docker.Registry);
        var digest = await upload.Push("tests/broken");
        var e = await Fails(Name("tests/broken"), digest, null);
        Assert.Contains("cannot be pulled", e.Message);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_named()
    {
        await using var registry = await RegistryServer.Start();
        var digest = await TestImage.Web("1").Push(registry, "tests/down", "1");
        await registry.Stop();
        var e = await Fails(ImageName.Parse($"{registry.Host}/tests/down:1"), digest, null);
        Assert.Equal(EngineFault.Interrupted, e.Fault);
        Assert.Contains($"cannot reach the registry {registry.Host}", e.Message);
    }

    [Fact]
    public async Task Credentials_reach_the_registry_and_wrong_ones_do_not_show()
    {
        await using var registry = await RegistryServer.Start(new RegistryServerOptions { Username = "deploy", Password = "p~>?x-secret" });
        var digest = await TestImage.Web(registry.Host).Push(registry, "tests/private", "1");
        var name = ImageName.Parse($"{registry.Host}/tests/private:1");

        var anonymous = await Fails(name, digest, null);
        Assert.Equal(EngineFault.Unauthorized, anonymous.Fault);
        Assert.Contains("wants credentials", anonymous.Message);

        var wrong = await Fails(name, digest, new RegistryCredential(registry.Host, "deploy", "wrong-secret"));
        Assert.Equal(EngineFault.Unauthorized, wrong.Fault);
        Assert.Contains("refuses the credentials", wrong.Message);
        Assert.DoesNotContain("wrong-secret", wrong.ToString());

        Assert.NotNull(await Engine.Pull(name, digest, new RegistryCredential(registry.Host, "deploy", "p~>?x-secret"), null, None));
    }

    [Fact]
    public async Task An_image_is_removed_unless_a_container_uses_it()
    {
        var spec = await CreateSpec(TestImage.Web($"{ServiceId}"), $"t{ServiceId:n}");
        var id = await Engine.Create(spec, None);
        Assert.False(await Engine.RemoveImage(ImageName.Parse(spec.Labels.Image), spec.Image, None));
        await Engine.Remove(id, None);
        Assert.True(await Engine.RemoveImage(ImageName.Parse(spec.Labels.Image), spec.Image, None));
        Assert.Null(await Engine.FindImage(spec.Image, None));
        Assert.True(await Engine.RemoveImage(ImageName.Parse(spec.Labels.Image), spec.Image, None));
    }

    [Fact]
    public async Task The_images_health_check_is_read_with_Dockers_defaults()
    {
        Assert.Null(await HealthCheck(null));
        Assert.Null(await HealthCheck(new TestHealthcheck(["NONE"])));

        var shell = await HealthCheck(new TestHealthcheck("test -f /x"));
        Assert.Equal(["/bin/sh", "-c", "test -f /x"], shell!.Command);
        Assert.Equal(
            (30, 30, 3, 0),
            (shell.Interval.TotalSeconds, shell.Timeout.TotalSeconds, shell.Retries, shell.StartPeriod.TotalSeconds)
        );

        var told = await HealthCheck(
            new TestHealthcheck(["CMD", "/bin/test", "-f", "/x"])
            {
                Interval = TimeSpan.FromSeconds(2),
                Timeout = TimeSpan.FromMilliseconds(1500),
                Retries = 7,
                StartPeriod = TimeSpan.FromSeconds(4),
            }
        );
        Assert.Equal(["/bin/test", "-f", "/x"], told!.Command);
        Assert.Equal((2, 1.5, 7, 4), (told.Interval.TotalSeconds, told.Timeout.TotalSeconds, told.Retries, told.StartPeriod.TotalSeconds));

        async Task<EngineHealthCheck?> HealthCheck(TestHealthcheck? check)
        {
            var digest = await (TestImage.Web("1") with { Healthcheck = check }).Push(Docker.Registry, "tests/health", "1");
            return (await Engine.Pull(Name("tests/health"), digest, null, null, None)).HealthCheck;
        }
    }

    private async Task<EngineException> Fails(ImageName name, string digest, RegistryCredential? credential) =>
        await Assert.ThrowsAsync<EngineException>(() => Engine.Pull(name, digest, credential, null, None));

    private sealed class PullReportCollector : IProgress<PullReport>
    {
        private readonly List<PullReport> _all = [];

        public IReadOnlyList<PullReport> All
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        public IReadOnlyList<string> Lines => [.. All.Select(report => report.Line).OfType<string>()];

        public void Report(PullReport value)
        {
            lock (_all)
                _all.Add(value);
        }
    }
}
