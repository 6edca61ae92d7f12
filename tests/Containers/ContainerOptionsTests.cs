using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>What we create of a setting is what the docker CLI creates of the same words: the daemon shows both alike.</summary>
public sealed class ContainerOptionsTests(DockerFixture docker) : DockerTests(docker)
{
    /// <summary>Members that are not of these settings, and differ by who creates.</summary>
    private static readonly string[] OthersOfHost = ["NetworkMode", "PortBindings", "Binds", "Mounts", "VolumesFrom", "ConsoleSize"];

    private static readonly (string Words, ContainerOptions Options)[] Table =
    [
        ("", new()),
        ("--cpus 0.5", new() { Cpus = 0.5 }),
        ("--cpu-period 50000 --cpu-quota 25000", new() { CpuPeriod = 50000, CpuQuota = 25000 }),
        ("--cpuset-mems 0", new() { CpuSetMemories = "0" }),
        ("--pids-limit 77", new() { PidsLimit = 77 }),
        ("--pids-limit -1", new() { PidsLimit = -1 }),
        ("--memory-reservation 64m", new() { MemoryReservation = 64 << 20 }),
        ("--memory-swappiness 30", new() { MemorySwappiness = 30 }),
        ("--oom-kill-disable", new() { OomKillDisable = true }),
        ("--oom-score-adj 500", new() { OomScoreAdjustment = 500 }),
        (
            "--blkio-weight 300 --device-read-bps /dev/null:1mb --device-write-iops /dev/null:50",
            new()
            {
                BlockIo = new BlockIoOptions
                {
                    Weight = 300,
                    ReadBytes = [new DeviceRate("/dev/null", 1 << 20)],
                    WriteOperations = [new DeviceRate("/dev/null", 50)],
                },
            }
        ),
        (
            "--ulimit nofile=1024:2048 --ulimit nproc=99",
            new() { UserLimits = [new UserLimit("nofile", 1024, 2048), new UserLimit("nproc", 99, 99)] }
        ),
        ("--init", new() { Init = true }),
        ("--init=false", new() { Init = false }),
        ("--stop-signal SIGINT", new() { StopSignal = "SIGINT" }),
        ("--shm-size 32m", new() { SharedMemory = 32 << 20 }),
        ("--tmpfs /run --tmpfs /scratch:size=1m,mode=1777", new() { TemporaryFileSystems = ["/run", "/scratch:size=1m,mode=1777"] }),
        ("--sysctl net.core.somaxconn=512", new() { KernelParameters = Map("net.core.somaxconn", "512") }),
        (
            "--log-driver json-file --log-opt max-size=1m --log-opt max-file=2",
            new() { Logging = new LogSettings("json-file", Map("max-size", "1m").Add("max-file", "2")) }
        ),
        ("--log-driver none", new() { Logging = new LogSettings("none", []) }),
        ("--restart on-failure:4", new() { Restart = "on-failure:4" }),
        ("--restart unless-stopped", new() { Restart = "unless-stopped" }),
        ("--restart unless-stopped", new() { Restart = "always" }),
        ("--group-add audio --group-add 998", new() { Groups = ["audio", "998"] }),
        ("--ipc shareable", new() { IpcMode = "shareable" }),
        ("--ipc host", new() { IpcMode = "host" }),
        ("--uts host", new() { UtsMode = "host" }),
        ("--userns host", new() { UserNamespaceMode = "host" }),
        ("--cgroupns host", new() { CgroupMode = "host" }),
        ("--cgroup-parent /web", new() { CgroupParent = "/web" }),
        ("--runtime runc", new() { Runtime = "runc" }),
        ("--gpus all", new() { DeviceRequests = [new DeviceRequest { Count = -1, Capabilities = ["gpu"] }] }),
        ("--gpus device=0", new() { DeviceRequests = [new DeviceRequest { DeviceIds = ["0"], Capabilities = ["gpu"] }] }),
        ("--device-cgroup-rule c_1:3_mr", new() { DeviceRules = ["c 1:3 mr"] }),
        ("--dns-option ndots:1", new() { DnsOptions = ["ndots:1"] }),
    ];

    [Fact]
    public async Task Each_setting_reaches_the_daemon_as_the_docker_command_says_it()
    {
        var differences = new List<string>();
        foreach (var (words, options) in Table)
        {
            var spec = await CreateSpec(TestImage.Web("1")) with { Options = options };
            var ours = await Inspect(await Engine.Create(spec, None));
            var theirs = await CreateByCommand(spec.Image, words);
            if (ours != theirs)
                differences.Add($"{words}\n ours   {ours}\n docker {theirs}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public async Task A_check_is_replaced_or_switched_off_and_logs_of_no_driver_are_empty()
    {
        var image = TestImage.Web("1") with { Healthcheck = new TestHealthcheck("false") };
        var spec = await CreateSpec(image, "checked");
        var off = await Engine.Create(spec with { NoHealthCheck = true }, None);
        Assert.Equal("""["NONE"]""", (await Show(off))["Config"]!["Healthcheck"]!["Test"]!.ToJsonString());

        var check = new EngineHealthCheck(["true"], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 3, TimeSpan.Zero);
        var replaced = await CreateSpec(image, "checked") with
        {
            HealthCheck = check,
            Options = new ContainerOptions { Logging = new LogSettings("none", []) },
        };
        var container = await Docker.Run(replaced);
        await Eventually.Until(async () => (await Docker.FindContainer(container.Id)).Health == EngineHealth.Healthy);
        Assert.Empty(await Engine.ReadLogs(container.Id, 10, None));
    }

    [Fact]
    public async Task The_default_log_of_the_instance_is_bounded()
    {
        using var engine = new DockerEngine(
            "test",
            () => Containers.Docker.DockerEndpoint.From(new EngineAddress("test", Docker.Daemon.Host)),
            "autodeploy",
            Docker.Containers,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<DockerEngine>.Instance,
            TimeProvider.System,
            defaultLogging: new DockerOptions().DefaultLogging
        );
        var shown = await Show(await engine.Create(await CreateSpec(TestImage.Web("1")), None));
        Assert.Equal(
            """{"Type":"json-file","Config":{"max-file":"3","max-size":"10m"}}""",
            shown["HostConfig"]!["LogConfig"]!.ToJsonString()
        );
    }

    private static ImmutableDictionary<string, string> Map(string key, string value) =>
        ImmutableDictionary<string, string>.Empty.Add(key, value);

    /// <param name="words">Separated by spaces; an underscore is a space within a word.</param>
    private async Task<string> CreateByCommand(string image, string words)
    {
        var start = new ProcessStartInfo("docker") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var word in (string[])["-H", Docker.Daemon.Host, "create", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), image]
        )
            start.ArgumentList.Add(word.Replace('_', ' '));
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var id = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{words}: {await error}");
        try
        {
            return await Inspect(id);
        }
        finally
        {
            await Docker.CallDocker(HttpMethod.Delete, $"containers/{id}?force=true");
        }
    }

    private async Task<JsonNode> Show(string id) => JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{id}/json"))!;

    /// <summary>What the settings are about, in one order; what is empty counts as left out.</summary>
    private async Task<string> Inspect(string id)
    {
        var shown = await Show(id);
        var host = shown["HostConfig"]!.AsObject().Where(member => !OthersOfHost.Contains(member.Key));
        return string.Join(
            ", ",
            host.Append(new("StopSignal", shown["Config"]!["StopSignal"]))
                .Select(member => (member.Key, Text: member.Value?.ToJsonString() ?? "null"))
                .Where(member => member.Text is not ("null" or "[]" or "{}"))
                .OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => $"{member.Key}={member.Text}")
        );
    }
}
