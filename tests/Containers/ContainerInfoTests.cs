using System.Text.Json.Nodes;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class ContainerInfoTests(DockerFixture docker) : DockerTests(docker)
{
    [Fact]
    public async Task A_container_is_created_stopped_and_tells_what_it_is()
    {
        var spec = await CreateSpec(TestImage.Web("1"));
        var container = await Docker.FindContainer(await Engine.Create(spec, None));
        Assert.Equal(spec.Name, container.Name);
        Assert.Equal(spec.Labels, container.Labels);
        Assert.Equal(EngineContainerState.Created, container.State);
        Assert.False(container.IsUp);
        Assert.Null(container.Started);
        Assert.Null(container.Finished);
    }

    [Fact]
    public async Task Creating_again_returns_the_same_container()
    {
        var spec = await CreateSpec(TestImage.Web("1"));
        var id = await Engine.Create(spec, None);
        using var restarted = Docker.NewEngine();
        Assert.Equal(id, await restarted.Create(spec, None));
        Assert.Single(await Engine.List(ServiceId, None));
    }

    [Fact]
    public async Task Creating_again_finishes_a_container_with_ports_that_was_left_off_the_network()
    {
        var spec = await CreateSpec(TestImage.Web("1")) with { Ports = [new PortSpec("tcp", 8080, true, null)], Aliases = [Alias] };
        var id = await Engine.Create(spec, None);
        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{id}}"}""");

        Assert.Equal(id, await Engine.Create(spec, None));
        await Engine.Start(id, None);
        Assert.Equal([Alias], (await Docker.FindContainer(id)).Aliases);
    }

    [Fact]
    public async Task A_name_that_another_deployment_has_is_a_conflict_that_names_the_holder()
    {
        var spec = await CreateSpec(TestImage.Web("1"));
        var id = await Engine.Create(spec, None);
        var other = spec with { Labels = spec.Labels with { DeploymentId = Guid.NewGuid() } };
        var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Create(other, None));
        Assert.Equal(EngineFault.Conflict, e.Fault);
        Assert.Contains(spec.Name, e.Message);
        Assert.Contains(id[..12], e.Message);
    }

    [Fact]
    public async Task A_container_of_an_image_that_was_not_pulled_is_not_found()
    {
        var spec = await CreateSpec(TestImage.Web("1"));
        var digest = "sha256:" + new string('0', 64);
        foreach (var image in (string[])[$"{Docker.Registry.Host}/tests/web@{digest}", digest])
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Create(spec with { Image = image }, None));
            Assert.Equal(EngineFault.NotFound, e.Fault);
            Assert.Contains($"{image}; it has to be pulled or built first.", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Everything_in_a_spec_reaches_the_daemon()
    {
        var donor = await Engine.Create(await CreateSpec(TestImage.Web("1")), None);
        var spec = await CreateSpec(TestImage.Web("1")) with
        {
            UserLabels = new Dictionary<string, string>
            {
                ["team"] = "blue",
                ["autodeploy.service"] = "mine",
                ["AutoDeploy.Digest"] = "mine",
            },
            Environment = [KeyValuePair.Create("A", "1=2"), KeyValuePair.Create("B", "")],
            Command = ["sleep", "5"],
            Entrypoint = ["/bin/timeout", "9"],
            WorkingDirectory = "/tmp",
            User = "1000:1000",
            Hostname = "box",
            DomainName = "example.org",
            Ports = [new PortSpec("tcp", 8080, false, null), new PortSpec("udp", 53, true, null) { HostAddress = "127.0.0.1" }],
            Mounts = [new MountSpec("/tmp", "/host", true)],
            VolumesFrom = [donor + ":ro"],
            Restart = RestartPolicy.UnlessStopped,
            Memory = 64 << 20,
            MemorySwap = -1,
            CpuShares = 512,
            CpuSet = "0",
            Privileged = true,
            ReadOnly = true,
            Tty = true,
            OpenStdin = true,
            CapAdd = ["NET_ADMIN"],
            CapDrop = ["MKNOD"],
            Dns = ["10.0.0.1"],
            DnsSearch = ["example.org"],
            ExtraHosts = ["db:10.0.0.2"],
            SecurityOptions = ["label=disable"],
            Devices = ["/dev/null", "/dev/zero:/dev/naught:r"],
            HostPid = true,
            StopTimeout = TimeSpan.FromMilliseconds(2500),
        };
        var id = await Engine.Create(spec, None);
        var made = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{id}/json"))!;
        var (config, host) = (made["Config"]!, made["HostConfig"]!);

        Assert.Equal("blue", config["Labels"]!["team"]!.GetValue<string>());
        Assert.Equal(ServiceId.ToString(), config["Labels"]!["autodeploy.service"]!.GetValue<string>());
        Assert.Null(config["Labels"]!["AutoDeploy.Digest"]);
        Assert.Equal(spec.Image, config["Image"]!.GetValue<string>());
        Is("""["A=1=2","B=","PATH=/bin"]""", config["Env"]);
        Is("""["sleep","5"]""", config["Cmd"]);
        Is("""["/bin/timeout","9"]""", config["Entrypoint"]);
        Is("\"/tmp\"", config["WorkingDir"]);
        Is("\"1000:1000\"", config["User"]);
        Is("\"box\"", config["Hostname"]);
        Is("\"example.org\"", config["Domainname"]);
        Is("""{"53/udp":{},"8080/tcp":{}}""", config["ExposedPorts"]);
        Is("true", config["Tty"]);
        Is("true", config["OpenStdin"]);
        Is("3", config["StopTimeout"]);
        Is("""["/tmp:/host:ro"]""", host["Binds"]);
        Is($"""["{donor}:ro"]""", host["VolumesFrom"]);
        Is("""{"Name":"unless-stopped","MaximumRetryCount":0}""", host["RestartPolicy"]);
        Is($"{64 << 20}", host["Memory"]);
        Is("-1", host["MemorySwap"]);
        Is("512", host["CpuShares"]);
        Is("\"0\"", host["CpusetCpus"]);
        Is("true", host["Privileged"]);
        Is("true", host["ReadonlyRootfs"]);
        Is("""["NET_ADMIN"]""", host["CapAdd"]);
        Is("""["MKNOD"]""", host["CapDrop"]);
        Is("""["10.0.0.1"]""", host["Dns"]);
        Is("""["example.org"]""", host["DnsSearch"]);
        Is("""["db:10.0.0.2"]""", host["ExtraHosts"]);
        Is("\"host\"", host["PidMode"]);
        Is("""{"53/udp":[{"HostIp":"127.0.0.1","HostPort":""}]}""", host["PortBindings"]);
        Is(
            """[{"PathOnHost":"/dev/null","PathInContainer":"/dev/null","CgroupPermissions":"rwm"},"""
                + """{"PathOnHost":"/dev/zero","PathInContainer":"/dev/naught","CgroupPermissions":"r"}]""",
            host["Devices"]
        );
        Assert.Contains("label=disable", host["SecurityOpt"]!.ToJsonString());

        static void Is(string expected, JsonNode? actual) => Assert.Equal(expected, actual?.ToJsonString(Plain));
    }

    [Fact]
    public async Task Command_and_entrypoint_are_the_images_unless_told()
    {
        var container = await Docker.Serve(await CreateSpec(TestImage.Web("own command")));
        // it says so a moment after it serves
        await Eventually.Until(async () => (await Engine.ReadLogs(container.Id, 10, None)).Contains("serving own command"));
    }

    [Fact]
    public async Task Starting_stopping_and_removing_may_be_repeated()
    {
        var container = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        await Engine.Start(container.Id, None);
        await Engine.Stop(container.Id, TimeSpan.FromSeconds(10), None);
        var stopped = await Docker.FindContainer(container.Id);
        Assert.Equal(EngineContainerState.Exited, stopped.State);
        Assert.Equal(0, stopped.ExitCode); // SIGTERM was heard
        Assert.NotNull(stopped.Finished);
        await Engine.Stop(container.Id, TimeSpan.FromSeconds(10), None);
        await Engine.Stop(container.Id, TimeSpan.Zero, None);
        await Engine.Start(container.Id, None);
        await Engine.Remove(container.Id, None);
        Assert.Null(await Engine.Find(container.Id, None));
        await Engine.Remove(container.Id, None);
        await Engine.Stop(container.Id, TimeSpan.FromSeconds(10), None);
    }

    [Fact]
    public async Task A_program_that_does_not_hear_SIGTERM_is_killed()
    {
        var deaf = await CreateSpec(new TestImage { Cmd = ["/bin/sh", "-c", "trap '' TERM; while true; do sleep 1; done"] }, "deaf");
        var patient = await Docker.Run(deaf);
        await Engine.Stop(patient.Id, TimeSpan.FromSeconds(1), None);
        Assert.Equal(137, (await Docker.FindContainer(patient.Id)).ExitCode);

        await Engine.Start(patient.Id, None);
        await Engine.Stop(patient.Id, TimeSpan.Zero, None); // at once
        await Eventually.Until(async () => !(await Docker.FindContainer(patient.Id)).IsUp);
    }

    [Fact]
    public async Task Removing_a_container_that_somebody_else_removes_waits_until_it_is_gone()
    {
        var container = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Engine.Remove(container.Id, None)));
        Assert.Null(await Engine.Find(container.Id, None));
    }

    [Fact]
    public async Task Removing_a_container_takes_no_volume_along()
    {
        var spec = await CreateSpec(TestImage.Web("1") with { Volumes = ["/anonymous"] }, "volumes");
        var id = await Engine.Create(spec with { Mounts = [new MountSpec($"named-{Alias}", "/named", true, Volume: true)] }, None);
        var mounts = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{id}/json"))!["Mounts"]!.AsArray();
        var anonymous = mounts.Single(mount => mount!["Destination"]!.GetValue<string>() == "/anonymous")!["Name"]!.GetValue<string>();

        var read = (await Docker.FindContainer(id)).Mounts.OrderBy(mount => mount.Path);
        Assert.Equal(
            [new EngineMount(true, anonymous, "/anonymous", true), new EngineMount(true, $"named-{Alias}", "/named", false)],
            read
        );

        Assert.False(await Engine.RemoveVolume(anonymous, None)); // the container has it
        await Engine.Remove(id, None);
        foreach (var name in (string[])[anonymous, $"named-{Alias}"])
        {
            Assert.True(await Engine.HasVolume(name, None));
            Assert.True(await Engine.RemoveVolume(name, None));
            Assert.False(await Engine.HasVolume(name, None));
            Assert.True(await Engine.RemoveVolume(name, None));
        }
    }

    [Fact]
    public async Task A_command_that_does_not_exist_is_refused_with_the_daemons_words()
    {
        var id = await Engine.Create(await CreateSpec(TestImage.Web("1")) with { Command = ["/no/such/program"] }, None);
        var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Start(id, None));
        Assert.Equal(EngineFault.Refused, e.Fault);
        Assert.Contains("/no/such/program", e.Message);
        Assert.Contains("/no/such/program", (await Docker.FindContainer(id)).Error);
    }

    [Fact]
    public async Task A_host_port_that_is_taken_is_a_conflict_that_names_the_port()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var byAnyProgram = await Engine.Create(
            await CreateSpec(TestImage.Web("1")) with
            {
                Ports = [new PortSpec("tcp", 8080, true, port)],
            },
            None
        );
        await RefusesPort(byAnyProgram, port);

        var first = await Docker.Serve(await CreateSpec(TestImage.Web("1")) with { Ports = [new PortSpec("tcp", 8080, true, null)] });
        port = first.Ports[0].OuterPort;
        var byContainer = await Engine.Create(
            await CreateSpec(TestImage.Web("1")) with
            {
                Ports = [new PortSpec("tcp", 8080, true, port)],
            },
            None
        );
        await RefusesPort(byContainer, port);

        async Task RefusesPort(string id, int taken)
        {
            var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Start(id, None));
            Assert.Equal(EngineFault.Conflict, e.Fault);
            Assert.Contains($"port {taken} is taken", e.Message);
        }
    }

    [Fact]
    public async Task A_container_is_renamed_unless_the_name_is_somebody_elses()
    {
        var first = await Engine.Create(await CreateSpec(TestImage.Web("1")), None);
        var second = await Engine.Create(await CreateSpec(TestImage.Web("1")), None);
        Assert.True(await Engine.Rename(first, $"{Alias}-a", None));
        Assert.True(await Engine.Rename(first, $"{Alias}-a", None));
        Assert.Equal($"{Alias}-a", (await Docker.FindContainer(first)).Name);
        Assert.False(await Engine.Rename(second, $"{Alias}-a", None));
    }

    [Fact]
    public async Task Containers_are_listed_slot_by_slot_running_or_not()
    {
        var spec = await CreateSpec(TestImage.Web("1"), slot: 3);
        var third = await Engine.Create(spec, None);
        var first = await Docker.Run(await CreateSpec(TestImage.Web("1"), slot: 1));
        var second = await Engine.Create(await CreateSpec(TestImage.Web("1"), slot: 2), None);
        await Docker.CallDocker(
            HttpMethod.Post,
            "containers/create?name=unreadable-" + Alias,
            $$$"""{"Image":"{{{spec.Image}}}","Labels":{"autodeploy.service":"{{{ServiceId}}}"}}"""
        );

        Assert.Equal([first.Id, second, third], (await Engine.List(ServiceId, None)).Select(container => container.Id));
        Assert.Superset(
            new HashSet<string> { first.Id, second, third },
            (await Engine.List(null, None)).Select(container => container.Id).ToHashSet()
        );
        Assert.Empty(await Engine.List(Guid.NewGuid(), None));
        await Docker.CallDocker(HttpMethod.Delete, "containers/unreadable-" + Alias);
    }

    [Fact]
    public async Task A_foreign_container_is_never_touched()
    {
        var spec = await CreateSpec(TestImage.Web("1"));
        var name = "foreign-" + Alias;
        await Docker.CallDocker(HttpMethod.Post, "containers/create?name=" + name, $$"""{"Image":"{{spec.Image}}"}""");
        await Docker.CallDocker(HttpMethod.Post, $"containers/{name}/start");

        Func<Task>[] attempts =
        [
            () => Engine.Stop(name, TimeSpan.Zero, None),
            () => Engine.Remove(name, None),
            () => Engine.Rename(name, name + "-2", None),
            () => Engine.Start(name, None),
            () => Engine.Expose(name, [Alias], None),
            () => Engine.Withdraw(name, [Alias], None),
            () => Engine.Exec(name, ["true"], TimeSpan.FromSeconds(5), None),
            () => Engine.ReadLogs(name, 5, None),
        ];
        foreach (var attempt in attempts)
            Assert.Equal(EngineFault.Refused, (await Assert.ThrowsAsync<EngineException>(attempt)).Fault);
        Assert.Null(await Engine.Find(name, None));
        var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Create(spec with { Name = name }, None));
        Assert.Equal(EngineFault.Conflict, e.Fault);
        Assert.Contains("\"Running\":true", await Docker.CallDocker(HttpMethod.Get, $"containers/{name}/json"));
        await Docker.CallDocker(HttpMethod.Delete, $"containers/{name}?force=1");
    }

    [Fact]
    public async Task A_container_that_a_build_labels_as_ours_is_foreign()
    {
        // all that a committer can know of the service that is to be captured
        var victim = await Docker.Run(await CreateSpec(TestImage.Web("1")) with { Aliases = [Alias] });
        var labels = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{victim.Id}/json"))!["Config"]![
            "Labels"
        ]!.AsObject();
        var dockerfile =
            BuildFiles.FromNothing
            + string.Concat(labels.Select(label => $"LABEL \"{label.Key}\"=\"{label.Value}\"\n"))
            + "RUN echo begun && while ! test -f /end; do sleep 0.1; done\n";
        await using var watch = await Watching.Start(Engine);
        var lineCollector = new LineCollector();
        using var stop = new CancellationTokenSource();
        var build = Engine.Build(
            new BuildSpec { Key = "hijack", Dockerfile = "Dockerfile" },
            BuildFiles.Tar(dockerfile),
            lineCollector,
            stop.Token
        );
        await Eventually.Until(() => lineCollector.All.Contains("begun") || build.IsCompleted, "the build's container runs");
        var filter = Uri.EscapeDataString($$"""{"label":["autodeploy.service={{ServiceId}}"]}""");
        var labeled = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, "containers/json?filters=" + filter))!.AsArray();
        var hijacker = labeled.Select(container => container!["Id"]!.GetValue<string>()).Single(id => id != victim.Id);

        Assert.Equal([victim.Id], (await Engine.List(ServiceId, None)).Select(container => container.Id));
        Assert.Null(await Engine.Find(hijacker, None));
        Assert.Equal(EngineFault.Refused, (await Assert.ThrowsAsync<EngineException>(() => Engine.Expose(hijacker, [Alias], None))).Fault);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);

        // nothing that happens to it is told as happening to the service
        await Engine.Remove(victim.Id, None);
        await Eventually.Until(() => watch.Seen.Any(seen => seen.ContainerId == victim.Id && seen.Kind == EngineEventKind.Removed));
        Assert.DoesNotContain(watch.Seen, seen => seen.ContainerId == hijacker);
    }

    [Fact]
    public async Task A_container_made_before_a_crash_is_ours_without_a_record_and_no_label_of_its_image_is_inherited()
    {
        var name = ImageName.Parse($"autodeploy.local/tests/{ServiceId:n}:labels");
        var built = await Engine.Build(
            new BuildSpec
            {
                Key = "labels",
                Dockerfile = "Dockerfile",
                Name = name,
            },
            BuildFiles.Tar(
                BuildFiles.FromNothing + "LABEL autodeploy.commit=forged autodeploy.links=a:b\nONBUILD RUN true\nCMD [\"sleep\", \"60\"]\n"
            ),
            new LineCollector(),
            None
        );
        var spec = await CreateSpec(TestImage.Web("1"));
        var id = await Engine.Create(spec with { Image = built.Id, Labels = spec.Labels with { Digest = built.Id } }, None);
        await Docker.Containers.ForgetContainer("test", id, None);

        using var restarted = Docker.NewEngine();
        Assert.Equal(spec.Labels with { Digest = built.Id }, (await restarted.Find(id, None))!.Labels);
        await restarted.Remove(id, None);
        Assert.DoesNotContain(id, Docker.Containers.Known);
        await Engine.RemoveImage(name, built.Id, None);
    }

    [Fact]
    public async Task How_a_container_ended_is_told()
    {
        var container = await Docker.Run(await CreateSpec(TestImage.Exiting("1", "no luck", code: 42), "exits"));
        await Eventually.Until(async () => !(await Docker.FindContainer(container.Id)).IsUp);
        var ended = await Docker.FindContainer(container.Id);
        Assert.Equal(42, ended.ExitCode);
        Assert.NotNull(ended.Started);
        Assert.NotNull(ended.Finished);
        Assert.Equal(["no luck"], await Engine.ReadLogs(container.Id, 5, None));
    }

    [Fact]
    public async Task The_engines_own_health_is_told_with_what_the_test_wrote()
    {
        var well = await Docker.Run(await CreateSpec(TestImage.OftenCheckedWeb("1"), "well"));
        var unwell = await Docker.Run(await CreateSpec(TestImage.Unhealthy("1", "so ill"), "unwell"));
        await Eventually.Until(async () => (await Docker.FindContainer(well.Id)).Health == EngineHealth.Healthy);
        await Eventually.Until(async () => (await Docker.FindContainer(unwell.Id)).Health == EngineHealth.Unhealthy);
        Assert.Equal("so ill", (await Docker.FindContainer(unwell.Id)).HealthOutput);
        Assert.Equal(EngineHealth.None, (await Docker.Run(await CreateSpec(TestImage.Web("1")))).Health);
    }

    [Fact]
    public async Task A_crashing_container_is_restarted_when_that_is_wanted()
    {
        var container = await Docker.Run(
            await CreateSpec(TestImage.Exiting("2", "again"), "crash") with
            {
                Restart = RestartPolicy.OnFailure,
            }
        );
        await Eventually.Until(async () => (await Docker.FindContainer(container.Id)).RestartCount > 1);
    }

    [Fact]
    public async Task A_volume_is_made_with_its_content_once_and_is_used_again_by_the_next_container()
    {
        var image = TestImage.Web("1") with { Volumes = ["/www", "/data/", "/with:colon"] };
        var spec = await CreateSpec(image, "declared");
        Assert.Equal(["/data/", "/with:colon", "/www"], (await Engine.FindImage(spec.Image, None))!.Volumes.Order(StringComparer.Ordinal));
        spec = spec with
        {
            Mounts =
            [
                new MountSpec(Alias + "-www", "/www", false, true),
                new MountSpec(Alias + "-data", "/data", false, true),
                new MountSpec(Alias + "-colon", "/with:colon", false, true),
            ],
        };
        var before = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, "volumes"))!["Volumes"]!.AsArray().Count;
        var old = await Engine.Create(spec, None);
        await Engine.Start(old, None);
        Assert.Equal("1", (await Engine.Exec(old, ["cat", "/www/index.html"], TimeSpan.FromSeconds(20), None)).Output.Trim());
        await Engine.Exec(old, ["touch", "/data/kept", "/with:colon/kept"], TimeSpan.FromSeconds(20), None);
        await Engine.Remove(old, None);

        var other = spec.Labels with { DeploymentId = Guid.NewGuid(), Slot = 2 };
        var young = await Engine.Create(spec with { Labels = other }, None);
        await Engine.Start(young, None);
        Assert.Equal(
            "/data/kept\n/with:colon/kept",
            (await Engine.Exec(young, ["ls", "/data/kept", "/with:colon/kept"], TimeSpan.FromSeconds(20), None)).Output.Trim()
        );
        Assert.Equal(before + 3, JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, "volumes"))!["Volumes"]!.AsArray().Count);
        Assert.Equal(
            [Alias + "-colon", Alias + "-data", Alias + "-www"],
            (await Engine.LabeledVolumes(ServiceId, None))
                .Where(name => name.StartsWith(Alias, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );

        // of a container that has them from another service's
        Assert.False(await Engine.IsVolumeOfAnother(Alias + "-data", ServiceId, None));
        var borrower = (await CreateSpec(TestImage.Web("1"), "borrower")) is var plain
            ? plain with
            {
                Labels = plain.Labels with { ServiceId = Guid.NewGuid() },
                VolumesFrom = [young],
            }
            : plain;
        var lent = await Engine.Create(borrower, None);
        Assert.True((await Docker.FindContainer(lent)).HasLentMounts);
        Assert.False((await Docker.FindContainer(young)).HasLentMounts);
        Assert.True(await Engine.IsVolumeOfAnother(Alias + "-data", ServiceId, None));
        await Engine.Remove(lent, None);
        await Engine.Remove(young, None);
    }

    [Fact]
    public async Task It_answers_and_tells_its_name_and_version()
    {
        await Engine.Ping(None);
        var engine = await Engine.Describe(None);
        Assert.NotEmpty(engine.Name);
        Assert.Matches(@"^\d+\.\d+", engine.Version);
        Assert.Matches(@"^1\.\d+$", engine.ApiVersion);
    }

    private static System.Text.Json.JsonSerializerOptions Plain { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
