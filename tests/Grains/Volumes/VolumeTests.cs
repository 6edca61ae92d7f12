using AutoDeploy.Deployments.Rollouts;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Grains.Tests.Volumes;

public class VolumeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly Service _service = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "db",
        Created = Now,
        Settings = new ServiceSettings { Image = "docker.io/acme/db:1" },
    };

    [Theory]
    [InlineData("/data", "/data")]
    [InlineData("data/", "/data")]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("", "/")]
    [InlineData("/..", "/")]
    public void Declared_paths_are_read_as_Docker_reads_them(string path, string clean) =>
        Assert.Equal(clean, ContainerPaths.Normalize(path));

    [Fact]
    public void A_slot_gets_its_volume_by_path_and_set_and_what_is_missing_is_new()
    {
        VolumeRecord[] known =
        [
            Record(1, 0, "/data", "one"),
            Record(2, 0, "/data", "two"),
            Record(1, 1, "/data", "three"),
            Record(1, 0, "/old", "old"),
        ];
        Assert.Equal(["/data one Reused"], Uses(1, 0, ["/data"], known));
        Assert.Equal(["/data two Reused"], Uses(2, 0, ["/data/"], known));
        Assert.Equal(["/data three Reused"], Uses(1, 1, ["data", "/data"], known));
        Assert.Equal(["/data new New"], Uses(3, 0, ["/data", "/"], known));
        Assert.Equal(["/log new New", "/old old Reused"], Uses(1, 0, ["/old", "/log"], known));
        Assert.Empty(Uses(1, 0, [], known));
    }

    [Fact]
    public void A_binding_takes_the_place_of_a_declared_path_and_so_does_a_lent_volume()
    {
        var service = With(
            new VolumeBinding("/srv", "/data", true, null),
            new VolumeBinding(null, "/own", false, null),
            new VolumeBinding(null, "", true, Guid.NewGuid())
        );
        Assert.Equal(["/own new New (read-only)", "/log new New"], Uses(1, 0, ["/data", "/own", "/log", "/lent"], [], service, "/lent"));
    }

    [Fact]
    public void A_named_volume_is_that_of_all_slots_and_none_when_the_service_has_it_no_longer()
    {
        var service = With(new VolumeBinding(null, "/data", true, null, "left"));
        Assert.Equal(["/data left Named"], Uses(2, 5, ["/data"], [Record(0, 0, "/was", "left")], service));
        Assert.Empty(Uses(2, 5, ["/data"], [], service));
    }

    [Fact]
    public void A_volume_with_a_derived_name_is_found_though_its_path_is_not_known()
    {
        var name = VolumeAssigner.DeriveName(_service.Uuid, 2, 3, "/data");
        Assert.Equal([$"/data {name} Reused"], Uses(2, 3, ["/data"], [Record(2, 3, "", name)]));
    }

    [Fact]
    public void Names_of_new_volumes_are_told_by_nothing_that_is_known()
    {
        var names = Enumerable.Range(0, 2).Select(_ => VolumeAssigner.Assign(_service, 1, 0, ["/data"], [], [], Now).Single().Volume.Name);
        Assert.Equal(2, names.Distinct().Count());
    }

    [Fact]
    public void What_a_service_has_from_before_is_found_at_its_containers_and_by_derived_names()
    {
        var other = VolumeAssigner.DeriveName(Guid.NewGuid(), 1, 0, "/data");
        var (bound, down, unknown) = (Derived(1, "/bound"), Derived(2, "/bound"), Derived(3, "/gone"));
        var service = With(new VolumeBinding(null, "/bound", true, null)) with { VolumeGeneration = 1 };
        EngineContainer[] containers =
        [
            Container(
                1,
                new EngineMount(true, "anonymous", "/data", true),
                new EngineMount(true, bound, "/bound", true),
                new EngineMount(false, "/srv", "/srv", true)
            ),
            Container(1, new EngineMount(true, "later", "/data", true), new EngineMount(true, "lent", "/lent", true)),
        ];
        var found = VolumeImport.From(
            service,
            containers,
            [bound, down, unknown, other, "autodeploy-claimed"],
            new HashSet<string> { "lent" },
            Now
        );
        Assert.Equal(
            [(1, 1, "/data", "anonymous"), (1, 1, "/bound", bound), (2, 1, "/bound", down), (3, 1, "", unknown)],
            found.Select(volume => (volume.Slot, volume.Generation, volume.Path, volume.Name))
        );

        string Derived(int slot, string path) => VolumeAssigner.DeriveName(_service.Uuid, slot, 1, path);
    }

    [Fact]
    public async Task A_new_container_that_was_made_without_the_data_before_is_made_again()
    {
        var world = new VolumeFixture();
        world.Declare(0, "/data");
        world.Declare(1, "/data");
        var (before, going) = (Guid.NewGuid(), Guid.NewGuid());
        Put(going, $"db-1-{going.ToString()[..8]}", "empty", EngineContainerState.Created);
        Put(before, "db-1", "kept", EngineContainerState.Running);
        world.Service = world.Service with { Current = VolumeFixture.Version(0), WantsToRun = true, VolumesRecorded = false };
        await world.Redeploy(1, resumed: going);
        Assert.Equal("kept", Assert.Single(world.Engine.Containers).Mounts.Single().Source);
        Assert.True(world.Service.VolumesRecorded);

        void Put(Guid deploymentId, string name, string volume, EngineContainerState state) =>
            world.Engine.Put(
                new EngineContainer
                {
                    Id = name,
                    Name = name,
                    State = state,
                    Mounts = [new EngineMount(true, volume, "/data", true)],
                    Labels = new ContainerLabels
                    {
                        ServiceId = world.Service.Uuid,
                        DeploymentId = deploymentId,
                        ContainerId = Guid.NewGuid(),
                        Slot = 1,
                        Image = "reg.acme.com/db:1",
                        Digest = VolumeFixture.Digest(0),
                    },
                }
            );
    }

    [Fact]
    public async Task The_log_says_which_volume_goes_where_and_a_termination_keeps_it()
    {
        var world = new VolumeFixture();
        world.Declare(0, "/data");
        await world.Start(0);
        var volume = Assert.Single(world.Engine.Containers).Mounts.Single().Source;
        Assert.Contains(
            $"db-1-{world.Service.Containers.Single().DeploymentId.ToString()[..8]}: /data is on the volume {volume}, which is new.",
            world.Log
        );
        await world.Redeploy(0);
        Assert.Contains(world.Log, line => line.EndsWith($": /data is on the volume {volume}, as before.", StringComparison.Ordinal));
        Assert.Contains($"Old and new do not run side by side: both write to the volume {volume} (/data).", world.Log);
        await world.Terminate();
        Assert.Equal([volume], world.Engine.Volumes);
        Assert.NotNull(Assert.Single(world.Records).RemoveAt);
    }

    public static TheoryData<Overlap, string, string, bool> Overlaps =>
        new()
        {
            // the setting, what the new container has, what the old one has (v: volume, h: path of the host, - read-only), whether both may
            // run
            { Overlap.Auto, "", "", true },
            { Overlap.Auto, "v:data", "v:data", false },
            { Overlap.Auto, "v:data", "v:other", true },
            { Overlap.Auto, "-v:data", "v:data", true },
            { Overlap.Auto, "v:data", "-v:data", true },
            { Overlap.Auto, "v:/srv", "h:/srv", true },
            { Overlap.Auto, "h:/srv", "h:/srv", false },
            { Overlap.Auto, "h:/srv", "h:/srv/data", false },
            { Overlap.Auto, "h:/srv/data/", "h:/srv", false },
            { Overlap.Auto, "h:/srv", "h:/srv2", true },
            { Overlap.Auto, "h:/", "h:/srv", false },
            { Overlap.True, "v:data", "v:data", true },
            { Overlap.False, "", "", false },
        };

    [Theory, MemberData(nameof(Overlaps))]
    public void Old_and_new_run_side_by_side_unless_both_write_to_the_same(Overlap overlap, string fresh, string old, bool both)
    {
        var settings = _service.Settings with { Overlap = overlap };
        Assert.Equal(both, OverlapRule.FindObjection(settings, 1, Mounts(fresh), Container(1, Mounts(old))) is null);
        Assert.Equal(both, OverlapRule.FindObjection(settings, 1, Mounts(fresh), Container(2, Mounts(old))) is null);
    }

    [Fact]
    public void A_port_of_the_host_is_had_by_one_container_of_a_slot_whatever_is_set()
    {
        var container = new ContainerSettings { Ports = [new ContainerPort("tcp", 80, 8080, true)] };
        var settings = _service.Settings with { Overlap = Overlap.True, Container = container };
        Assert.Equal("the new container needs the same port of the host", OverlapRule.FindObjection(settings, 1, [], Container(1)));
        Assert.Null(OverlapRule.FindObjection(settings, 2, [], Container(1)));
    }

    private static EngineMount[] Mounts(string text) =>
        text.Length == 0 ? [] : [new EngineMount(text.TrimStart('-')[0] == 'v', text.TrimStart('-')[2..], "/data", text[0] != '-')];

    private static EngineContainer Container(int slot, params EngineMount[] mounts) =>
        new()
        {
            Id = Guid.NewGuid().ToString(),
            Name = "db",
            State = EngineContainerState.Running,
            Mounts = mounts,
            Labels = new ContainerLabels
            {
                ServiceId = Guid.NewGuid(),
                DeploymentId = Guid.NewGuid(),
                ContainerId = Guid.NewGuid(),
                Slot = slot,
                Image = "",
                Digest = "",
            },
        };

    private Service With(params VolumeBinding[] bindings) =>
        _service with
        {
            Settings = _service.Settings with { Container = new ContainerSettings { Bindings = [.. bindings] } },
        };

    private IEnumerable<string> Uses(
        int slot,
        int generation,
        string[] declared,
        VolumeRecord[] known,
        Service? service = null,
        params string[] lent
    ) =>
        VolumeAssigner
            .Assign(service ?? _service, slot, generation, declared, lent, known, Now)
            .Select(use =>
                $"{use.Path} {(use.Origin == VolumeOrigin.New ? "new" : use.Volume.Name)} "
                + $"{use.Origin}{(use.ReadOnly ? " (read-only)" : "")}"
            );

    private VolumeRecord Record(int slot, int generation, string path, string name) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Engine = "local",
            Name = name,
            Organization = "default",
            ServiceId = _service.Uuid,
            ServiceName = "db",
            Slot = slot,
            Generation = generation,
            Path = path,
            Created = Now,
        };
}
