using AutoDeploy.Deployments;
using AutoDeploy.Hosting.Jobs;
using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using AutoDeploy.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Api.Tests;

/// <summary>Volumes as the API shows them and gives them to other services, and how they end.</summary>
public sealed class VolumeTests : IAsyncLifetime
{
    private const string Volumes = "/api/app/v1/volume/";
    private const string Services = "/api/app/v1/service/";

    private static readonly CancellationToken None = CancellationToken.None;

    private FakeServer _server = null!;

    private ILedger Ledger => _server.Api.Ledger;

    public async Task InitializeAsync() => _server = await FakeServer.Start();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Volumes_are_listed_in_pages_and_by_service()
    {
        var (serviceId, other) = (Guid.NewGuid(), Guid.NewGuid());
        var volumeId = await Add(serviceId, "one", 1);
        await Add(serviceId, "two", 2);
        await Add(other, "three", 1);
        Assert.Equal(3, (await Get(Volumes)).GetProperty("meta").GetProperty("total_count").GetInt32());
        Assert.Equal(1, (await Get($"{Volumes}?limit=1&offset=1")).GetProperty("objects").GetArrayLength());
        Assert.Equal(2, (await Get($"{Volumes}?service={Services}{serviceId}/")).GetProperty("meta").GetProperty("total_count").GetInt32());
        Assert.Equal(0, (await Get($"{Volumes}?engine=west")).GetProperty("meta").GetProperty("total_count").GetInt32());
        var shown = (await Get($"{Volumes}?name=one")).GetProperty("objects")[0];
        Assert.Equal(
            ("one", "In use", $"{Services}{serviceId}/", "db", 1, "/data", $"{Volumes}{volumeId}/"),
            (
                Text("name"),
                Text("state"),
                Text("service"),
                Text("service_name"),
                shown.GetProperty("slot").GetInt32(),
                Text("container_path"),
                Text("resource_uri")
            )
        );
        Assert.Equal("one", (await Get($"{Volumes}{volumeId}/")).GetProperty("name").GetString());
        Assert.Equal(404, (await _server.Api.Get($"{Volumes}{Guid.NewGuid()}/")).Status);
        var bad = await _server.Api.Get($"{Volumes}?service=db");
        Assert.True(
            bad.Status == 400 && bad.Error.StartsWith("`service` is \"db\"; expected a resource uri", StringComparison.Ordinal),
            bad.Text
        );

        string? Text(string member) => shown.GetProperty(member).GetString();
    }

    [Fact]
    public async Task A_volume_of_a_terminated_service_can_be_named_in_bindings_and_belongs_to_that_service_then()
    {
        var volumeId = await Add(Guid.NewGuid(), "left", 1);
        foreach (var reference in (string[])["left", $"{volumeId}", $"{Volumes}{volumeId}/"])
        {
            var created = await _server.Api.Post(Services, Body(reference));
            Assert.True(created.Status == 201, created.Text);
            Assert.Equal("left", created.Json.GetProperty("bindings")[0].GetProperty("volume").GetString());
            var serviceId = created.Json.GetProperty("uuid").GetGuid();
            var kept = (await Ledger.FindVolume(volumeId, None))!;
            Assert.Equal((serviceId, 0, "/var/lib"), (kept.ServiceId, kept.Slot, kept.Path));

            // the same again changes nothing, and nobody else gets it while the service is there
            Assert.Equal(
                200,
                (
                    await _server.Api.Patch(
                        $"{Services}{serviceId}/",
                        """{"bindings": [{"volume": "left", "container_path": "/var/lib"}]}"""
                    )
                ).Status
            );
            var refused = await _server.Api.Post(Services, Body("left"));
            Assert.True(
                refused.Status == 400
                    && refused.Error.StartsWith("`bindings[0].volume` is the volume left of the service \"", StringComparison.Ordinal),
                refused.Text
            );
            Assert.Equal(202, (await _server.Api.Delete($"{Services}{serviceId}/")).Status);
            await Eventually.Until(
                async () => (await _server.Grain(serviceId).Get())!.Status == ServiceStatus.Terminated,
                "it is terminated"
            );
            Assert.NotNull((await Ledger.FindVolume(volumeId, None))!.Released);
        }

        // only one container may write to it
        foreach (
            var members in (string[])
                [
                    """ "target_num_containers": 2 """,
                    """ "bindings": [{"volume": "left", "container_path": "/a"}, {"volume": "left", "container_path": "/b"}] """,
                ]
        )
            Assert.Equal(
                400,
                (
                    await _server.Api.Post(
                        Services,
                        $$"""{"image": "acme/db", "bindings": [{"volume": "left", "container_path": "/a"}], {{members}}}"""
                    )
                ).Status
            );
        await Ledger.MarkForRemoval([volumeId], None);
        Assert.Contains("being removed", (await _server.Api.Post(Services, Body("left"))).Error, StringComparison.Ordinal);

        static string Body(string reference) =>
            $$"""
                {"image": "acme/db@{{RegistrySamples.Digest}}", "bindings": [{"volume": "{{reference}}", "container_path": "/var/lib"}]}
                """;
    }

    [Fact]
    public async Task Volumes_are_kept_after_a_termination_and_removed_with_it_when_asked_for()
    {
        foreach (var (query, left) in ((string, string?)[])[("", "Released"), ("?volumes=true", null)])
        {
            var serviceId = await _server.CreateRunningService();
            var volumeId = await Add(serviceId, $"of{query.Length}", 1);
            Assert.Equal(202, (await _server.Api.Delete($"{Services}{serviceId}/{query}")).Status);
            await Eventually.Until(
                async () => (await _server.Grain(serviceId).Get())!.Status == ServiceStatus.Terminated,
                "it is terminated"
            );
            var apiResponse = await _server.Api.Get($"{Volumes}{volumeId}/");
            Assert.Equal(left, apiResponse.Status == 404 ? null : apiResponse.Json.GetProperty("state").GetString());
            if (left is not null)
                Assert.True(
                    DateTimeOffset.Parse(
                        apiResponse.Json.GetProperty("removal_datetime").GetString()!,
                        System.Globalization.CultureInfo.InvariantCulture
                    ) > DateTimeOffset.UtcNow.AddDays(6)
                );
        }

        Assert.Equal(400, (await _server.Api.Delete($"{Services}{await _server.CreateService()}/?volumes=perhaps")).Status);
    }

    [Fact]
    public async Task What_is_due_is_removed_and_what_a_container_has_is_tried_again()
    {
        _server.Engine.Removes = name => name == "due";
        var over = DateTimeOffset.UtcNow.AddDays(-1);
        var (due, held, living) = (
            await Add(Guid.NewGuid(), "due", 1, over),
            await Add(Guid.NewGuid(), "held", 1, over),
            await Add(await _server.CreateService(), "living", 1, over)
        );
        var services = _server.Api.App.Services;
        await new VolumeRemovalJob(
            services.GetRequiredService<IGrainFactory>(),
            Ledger,
            new DeploymentOptions(),
            TimeProvider.System,
            NullLogger<VolumeRemovalJob>.Instance
        ).RemoveDue(None);
        Assert.Null(await Ledger.FindVolume(due, None));
        Assert.True((await Ledger.FindVolume(held, None))!.IsBeingRemoved);
        Assert.False((await Ledger.FindVolume(living, None))!.IsBeingRemoved);
        Assert.Contains(services.GetServices<ISingletonJob>(), job => job is VolumeRemovalJob);
    }

    [Fact]
    public async Task Who_creates_a_service_that_stops_before_it_is_replaced_is_told_so_once()
    {
        var created = await _server.Api.Post(
            Services,
            """{"image": "acme/db", "bindings": [{"host_path": "/srv", "container_path": "/data"}]}"""
        );
        Assert.StartsWith(
            "`bindings` lets containers write to /srv of the host: at each redeploy the old container stops",
            Warning(created),
            StringComparison.Ordinal
        );
        var uri = created.Json.GetProperty("resource_uri").GetString()!;
        Assert.Null(Warning(await _server.Api.Get(uri)));
        Assert.Null(Warning(await _server.Api.Patch(uri, """{"nickname": "x"}""")));
        Assert.StartsWith(
            "`overlap` is true and `bindings` lets",
            Warning(await _server.Api.Patch(uri, """{"overlap": true}""")),
            StringComparison.Ordinal
        );
        Assert.Null(Warning(await _server.Api.Patch(uri, """{"overlap": "FALSE"}""")));
        Assert.Equal("false", (await Get(uri)).GetProperty("overlap").GetString());
        Assert.Null(
            Warning(
                await _server.Api.Post(
                    Services,
                    """{"image": "acme/db", "bindings": [{"host_path": "/srv", "container_path": "/data", "rewritable": false}]}"""
                )
            )
        );

        var port = await _server.Api.Post(
            Services,
            """{"image": "acme/db", "overlap": true, "container_ports": [{"inner_port": 80, "outer_port": 80, "published": true}]}"""
        );
        Assert.True(
            port.Status == 400
                && port.Error.StartsWith("`overlap` is true and `container_ports` has the fixed outer_port 80;", StringComparison.Ordinal),
            port.Text
        );

        static string? Warning(ApiResponse apiResponse) =>
            apiResponse.Json.GetProperty("warnings") is var all && all.GetArrayLength() > 0 ? all[0].GetString() : null;
    }

    private async Task<Guid> Add(Guid serviceId, string name, int slot, DateTimeOffset? until = null)
    {
        var volume = new VolumeRecord
        {
            Uuid = Guid.NewGuid(),
            Engine = "local",
            Name = name,
            Organization = "default",
            ServiceId = serviceId,
            ServiceName = "db",
            Slot = slot,
            Generation = 0,
            Path = "/data",
            Created = DateTimeOffset.UtcNow,
            Released = until?.AddDays(-7),
            RemoveAt = until,
        };
        await Ledger.AddVolumes([volume], None);
        return volume.Uuid;
    }

    private async Task<System.Text.Json.JsonElement> Get(string path) => (await _server.Api.Get(path)).Json;
}
