using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Members of a service that Docker Cloud did not know: their names and forms are those of Compose.</summary>
public static partial class ContainerOptionsBinding
{
    public static readonly string[] IpcModes = ["", "none", "private", "shareable", "host"];

    private static readonly string[] HostOnly = ["", "host"];

    private static readonly string[] CgroupModes = ["", "private", "host"];

    private static readonly JsonBinder<LogRequest> Logging = new([
        new(
            "driver",
            SchemaFactory.RequiredText("A log driver of Docker's, such as \"json-file\" or \"journald\"."),
            (d, v) => d.Driver = Word(v, "a log driver such as \"json-file\"")
        )
        {
            Required = true,
        },
        new("options", SchemaFactory.Map("The driver's options, such as {\"max-size\": \"10m\"}."), (d, v) => d.Options = Map(v)),
    ]);

    public static readonly IReadOnlyList<PropertyBinding<ServiceRequest>> Members =
    [
        Option(
            "cpus",
            SchemaFactory.Number("Processors' worth of time at most, such as 1.5; null or 0: no limit.", 0, 10_000, 0),
            (o, v) => o with { Cpus = v.ReadNumber(0, 10_000) is { } cpus and > 0 ? cpus : null }
        ),
        Option(
            "cpu_period",
            SchemaFactory.Integer("Microseconds of a scheduler's period, 1,000 to 1,000,000, with cpu_quota.", 1000, 1_000_000),
            (o, v) => o with { CpuPeriod = v.ReadInteger(1000, 1_000_000) }
        ),
        Option(
            "cpu_quota",
            SchemaFactory.Integer("Microseconds of processor time in each period, 1,000 or more; -1 or null: no limit.", -1, int.MaxValue),
            (o, v) => o with { CpuQuota = ReadQuota(v) }
        ),
        Option(
            "cpuset_mems",
            SchemaFactory.Text("The memory nodes to use, such as \"0-1\"; empty: all."),
            (o, v) => o with { CpuSetMemories = ContainerTextReader.CpuSet(v) }
        ),
        Option(
            "pids_limit",
            SchemaFactory.Integer("Processes and threads at most; -1: no limit; null: the engine's default.", -1, int.MaxValue),
            (o, v) => o with { PidsLimit = v.ReadInteger(-1, int.MaxValue) is { } pids and not 0 ? pids : null }
        ),
        Option(
            "mem_reservation",
            SizeSchema("Memory that it keeps when the host runs short of it, such as \"64m\"; null: none."),
            (o, v) => o with { MemoryReservation = ReadSize(v, 6L << 20) }
        ),
        Option(
            "mem_swappiness",
            SchemaFactory.Integer("How readily its memory is swapped out; null: the engine's default.", 0, 100),
            (o, v) => o with { MemorySwappiness = v.ReadInteger(0, 100) }
        ),
        Option(
            "oom_kill_disable",
            SchemaFactory.Flag("The kernel does not end its processes when memory runs out."),
            (o, v) => o with { OomKillDisable = v.ReadFlag() }
        ),
        Option(
            "oom_score_adj",
            SchemaFactory.Integer("How readily the kernel ends its processes when memory runs out.", -1000, 1000),
            (o, v) => o with { OomScoreAdjustment = v.ReadInteger(-1000, 1000) is { } score and not 0 ? score : null }
        ),
        Option(
            "blkio_config",
            SchemaFactory.Object("How much it may read and write.", BlockIoBinding.Binder),
            (o, v) => o with { BlockIo = BlockIoBinding.Read(v) }
        ),
        Option(
            "ulimits",
            () =>
                new Microsoft.OpenApi.OpenApiSchema
                {
                    Type = Microsoft.OpenApi.JsonSchemaType.Object | Microsoft.OpenApi.JsonSchemaType.Null,
                    Description = "Limits of its processes: {\"nproc\": 65535, \"nofile\": {\"soft\": 1024, \"hard\": 2048}}; -1: none.",
                    AdditionalProperties = new Microsoft.OpenApi.OpenApiSchema
                    {
                        Type = Microsoft.OpenApi.JsonSchemaType.Integer | Microsoft.OpenApi.JsonSchemaType.Object,
                    },
                },
            (o, v) => o with { UserLimits = ReadUserLimits(v) }
        ),
        Option(
            "init",
            SchemaFactory.Flag("A small init process of Docker's is its first process; null: as the engine is set."),
            (o, v) => o with { Init = v.IsNull ? null : v.ReadFlag() }
        ),
        Option(
            "stop_signal",
            SchemaFactory.Text("The signal that stops it, such as \"SIGINT\"; empty: the image's."),
            (o, v) => o with { StopSignal = ReadSignal(v) }
        ),
        Option(
            "shm_size",
            SizeSchema("The size of /dev/shm, such as \"256m\"; null: Docker's default."),
            (o, v) => o with { SharedMemory = ReadSize(v, 1) }
        ),
        Option(
            "tmpfs",
            SchemaFactory.Texts("Paths in the container that are in memory, such as \"/run\" or \"/tmp:size=64m,mode=1777\"."),
            (o, v) => o with { TemporaryFileSystems = ReadTemporaryFileSystems(v) }
        ),
        Option(
            "sysctls",
            SchemaFactory.Map("Kernel parameters of the container, such as {\"net.core.somaxconn\": \"1024\"}."),
            (o, v) => o with { KernelParameters = Map(v) }
        ),
        Option(
            "logging",
            SchemaFactory.Object("Where Docker writes its output; null: the instance's default.", Logging),
            (o, v) => o with { Logging = ReadLogging(v) }
        ),
        Option(
            "restart",
            SchemaFactory.Text(
                "What Docker does when a container ends by itself, instead of autorestart: \"no\", \"on-failure\", \"on-failure:5\" (so "
                    + "often), \"unless-stopped\" or \"always\" (the same: what was stopped stays stopped); empty: as autorestart says."
            ),
            (o, v) => o with { Restart = ReadRestart(v) }
        ),
        Option(
            "group_add",
            SchemaFactory.Texts("More groups of its user, such as \"audio\" or \"998\"."),
            (o, v) => o with { Groups = Texts(v, WordPattern(), "a group such as \"audio\" or \"998\"") }
        ),
        Option(
            "ipc",
            SchemaFactory.Text("Its shared memory and semaphores; empty: as the engine is set.", IpcModes),
            (o, v) => o with { IpcMode = v.ReadOneOf(IpcModes) }
        ),
        Option(
            "uts",
            SchemaFactory.Text("A host name of its own, or the host's.", HostOnly),
            (o, v) => o with { UtsMode = v.ReadOneOf(HostOnly) }
        ),
        Option(
            "userns_mode",
            SchemaFactory.Text("The users as the engine maps them, or the host's.", HostOnly),
            (o, v) => o with { UserNamespaceMode = v.ReadOneOf(HostOnly) }
        ),
        Option(
            "cgroup",
            SchemaFactory.Text("A cgroup namespace of its own, or the host's; empty: as the engine is set.", CgroupModes),
            (o, v) => o with { CgroupMode = v.ReadOneOf(CgroupModes) }
        ),
        Option(
            "cgroup_parent",
            SchemaFactory.Text("The cgroup in which its own is made; empty: Docker's default."),
            (o, v) => o with { CgroupParent = PatternOrEmpty(v, CgroupPattern(), "a cgroup such as \"/web\" or \"web.slice\"") }
        ),
        Option(
            "runtime",
            SchemaFactory.Text("A runtime that the engine knows, such as \"runsc\"; empty: its default."),
            (o, v) => o with { Runtime = v.IsNull || v.ReadLine().Length == 0 ? "" : Word(v, "a runtime such as \"runsc\"") }
        ),
        Option(
            "device_cgroup_rules",
            SchemaFactory.Texts("Rules for devices, such as \"c 1:3 mr\" or \"a *:* rwm\"."),
            (o, v) => o with { DeviceRules = Texts(v, RulePattern(), "a rule such as \"c 1:3 mr\"") }
        ),
        Option(
            "gpus",
            SchemaFactory.Objects(
                "Devices that a driver of the engine gives it, such as [{\"count\": -1}] for all GPUs; also \"all\" or a number.",
                DeviceRequestBinding.Binder
            ),
            (o, v) => o with { DeviceRequests = DeviceRequestBinding.ReadAll(v) }
        ),
        Option("annotations", SchemaFactory.Map("Annotations for the runtime."), (o, v) => o with { Annotations = Map(v) }),
        Option(
            "storage_opt",
            SchemaFactory.Map("Options of the storage driver, such as {\"size\": \"10G\"}."),
            (o, v) => o with { StorageOptions = Map(v) }
        ),
        Option(
            "dns_opt",
            SchemaFactory.Texts("Options for /etc/resolv.conf, such as \"ndots:1\"."),
            (o, v) => o with { DnsOptions = Texts(v, WordPattern(), "an option such as \"ndots:1\"") }
        ),
    ];

    /// <summary>What can only be judged of several members together.</summary>
    public static void Check(ContainerSettings container)
    {
        var options = container.Options;
        if (options.Cpus is not null && (options.CpuPeriod is not null || options.CpuQuota is not null))
            throw ApiException.BadRequest("`cpus` cannot be set together with `cpu_period` or `cpu_quota`; expected one or the other.");
        if (options.Restart.Length > 0 && container.Autorestart != AutorestartPolicy.Off)
            throw ApiException.BadRequest("`restart` cannot be set together with `autorestart`; expected one of them, the other null.");
        if (options.MemoryReservation is { } reserved && container.Memory is { } memory && reserved > (long)memory << 20)
            throw ApiException.BadRequest("`mem_reservation` is more than `memory`; expected at most that.");
        if (options.OomKillDisable && container.Memory is null)
            throw ApiException.BadRequest("`oom_kill_disable` is true without `memory`; expected a limit too, or the host runs out of it.");
        if (options.UtsMode == "host" && (container.Hostname.Length > 0 || container.DomainName.Length > 0))
            throw ApiException.BadRequest("`uts` is \"host\" and `hostname` or `domainname` is set; expected one or the other.");
        foreach (var name in options.KernelParameters.Keys)
            if (
                (container.HostNetwork && name.StartsWith("net.", StringComparison.Ordinal))
                || (options.UtsMode == "host" && name.StartsWith("kernel.domainname", StringComparison.Ordinal))
                || (options.IpcMode == "host" && name.StartsWith("fs.mqueue.", StringComparison.Ordinal))
            )
                throw ApiException.BadRequest($"`sysctls` has {name}, which would be the host's own; expected it to be left out.");
        foreach (var path in options.ListTemporaryPaths())
            if (container.Bindings.Any(binding => binding.ContainerPath == path))
                throw ApiException.BadRequest($"`tmpfs` and `bindings` both have the path {path}; expected it once.");
    }

    /// <summary>Bytes: a number, or text with a unit such as "64m"; null for null, 0 and empty text.</summary>
    public static long? ReadSize(RequestValue value, long min)
    {
        const long Max = 1L << 50;
        if (value.IsNull)
            return null;
        long bytes;
        if (value.IsText)
        {
            var text = value.ReadLine().Trim();
            if (text.Length == 0)
                return null;
            if (SizePattern().Match(text) is not { Success: true } match)
                throw Unfit(value, "a size such as \"64m\" or \"1g\", or a number of bytes");
            var shift = "bkmgt".IndexOf(match.Groups[2].Success ? char.ToLowerInvariant(match.Groups[2].Value[0]) : 'b') * 10;
            bytes = (long)Math.Min(Max + 1.0, double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * (1L << shift));
        }
        else if (value.Element.ValueKind != JsonValueKind.Number || !value.Element.TryGetInt64(out bytes))
        {
            throw value.CreateTypeError("a size such as \"64m\", or a number of bytes");
        }

        return bytes == 0 ? null
            : bytes >= min && bytes <= Max ? bytes
            : throw value.CreateError(
                $"is {SentenceText.FormatNumber(bytes)} bytes; "
                    + $"expected {SentenceText.FormatNumber(min)} to {SentenceText.FormatNumber(Max)}"
            );
    }

    /// <summary>A map of texts; numbers and flags count as the texts that they are written with.</summary>
    public static ImmutableDictionary<string, string> Map(RequestValue value)
    {
        var map = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (key, inner) in value.ReadMembers(ServiceLimits.Labels))
        {
            if (key.Length is 0 or > 1024 || key.Any(char.IsControl))
                throw value.CreateError(
                    $"has the key \"{ApiException.Shorten(key)}\"; expected 1 to 1,024 characters without control ones"
                );
            map[key] = inner.Element.ValueKind switch
            {
                JsonValueKind.String => inner.ReadText(ServiceLimits.ValueLength),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => inner.Element.GetRawText(),
                _ => throw inner.CreateTypeError("text"),
            };
        }

        return map.ToImmutable();
    }

    public static ImmutableArray<string> Texts(RequestValue value, Regex pattern, string expected) =>
        [
            .. value
                .ReadItems(ServiceLimits.Items)
                .Select(item =>
                    !item.IsText ? throw item.CreateTypeError("text")
                    : pattern.IsMatch(item.ReadLine()) ? item.ReadLine()
                    : throw Unfit(item, expected)
                ),
        ];

    public static string Word(RequestValue value, string expected) =>
        !value.IsText ? throw value.CreateTypeError(expected)
        : WordPattern().IsMatch(value.ReadLine()) ? value.ReadLine()
        : throw Unfit(value, expected);

    private static PropertyBinding<ServiceRequest> Option(
        string name,
        Func<Microsoft.OpenApi.OpenApiSchema> schema,
        Func<ContainerOptions, RequestValue, ContainerOptions> read
    ) => new(name, schema, (d, v) => d.Container = d.Container with { Options = read(d.Container.Options, v) });

    private static Func<Microsoft.OpenApi.OpenApiSchema> SizeSchema(string description) =>
        SchemaFactory.Integer(description + " A number is of bytes.", 0, 1L << 50, orText: true);

    private static ApiException Unfit(RequestValue value, string expected) =>
        value.CreateError($"is \"{ApiException.Shorten(value.ReadLine())}\"; expected {expected}");

    private static string PatternOrEmpty(RequestValue value, Regex pattern, string expected)
    {
        var text = value.ReadLine();
        return text.Length == 0 || pattern.IsMatch(text) ? text : throw Unfit(value, expected);
    }

    private static int? ReadQuota(RequestValue value)
    {
        var quota = value.ReadInteger(-1, int.MaxValue);
        return quota is null or -1 or 0 ? null
            : quota >= 1000 ? quota
            : throw value.CreateError($"is {quota}; expected 1,000 microseconds or more, or -1 for no limit");
    }

    private static string ReadSignal(RequestValue value) =>
        PatternOrEmpty(value, SignalPattern(), "a signal such as \"SIGINT\", \"SIGRTMIN+3\" or \"2\"");

    private static string ReadRestart(RequestValue value) =>
        PatternOrEmpty(value, RestartPattern(), "\"no\", \"on-failure\", \"on-failure:5\", \"unless-stopped\" or \"always\"");

    private static LogSettings? ReadLogging(RequestValue value)
    {
        if (value.IsNull)
            return null;
        var request = Logging.Read(value, new LogRequest());
        return new LogSettings(request.Driver, request.Options);
    }

    private static ImmutableArray<string> ReadTemporaryFileSystems(RequestValue value)
    {
        var paths = Texts(value, TmpfsPattern(), "a path such as \"/run\" or \"/tmp:size=64m\"");
        return paths.GroupBy(text => text.Split(':', 2)[0]).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw value.CreateError($"has the path {twice.Key} again; expected each once")
            : paths;
    }

    private static ImmutableArray<UserLimit> ReadUserLimits(RequestValue value)
    {
        var limits = ImmutableArray.CreateBuilder<UserLimit>();
        foreach (var (name, inner) in value.ReadMembers(ServiceLimits.Items))
        {
            if (!UserLimitPattern().IsMatch(name))
                throw value.CreateError($"has the key \"{ApiException.Shorten(name)}\"; expected a limit such as \"nofile\"");
            if (inner.Element.ValueKind == JsonValueKind.Number)
            {
                var both = ReadLimit(inner);
                limits.Add(new UserLimit(name, both, both));
                continue;
            }

            var members = inner.ReadMembers(2).ToDictionary(member => member.Key, member => ReadLimit(member.Value));
            if (!members.TryGetValue("soft", out var soft) || !members.TryGetValue("hard", out var hard))
                throw inner.CreateError("lacks soft or hard; expected a whole number, or both of them");
            if (hard != -1 && (soft == -1 || soft > hard))
                throw inner.CreateError("has a soft limit above the hard one; expected at most that");
            limits.Add(new UserLimit(name, soft, hard));
        }

        return [.. limits.OrderBy(limit => limit.Name, StringComparer.Ordinal)];
    }

    private static long ReadLimit(RequestValue value) =>
        value.Element.ValueKind == JsonValueKind.Number && value.Element.TryGetInt64(out var limit) && limit >= -1
            ? limit
            : throw value.CreateError("is not a limit; expected a whole number, or -1 for none");

    private sealed class LogRequest
    {
        public string Driver { get; set; } = "";

        public ImmutableDictionary<string, string> Options { get; set; } = ImmutableDictionary<string, string>.Empty;
    }

    [GeneratedRegex(@"^([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(?:([kmgtKMGT])(?:i?[bB])?|([bB]))?\z")]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,254}\z")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^([0-9]{1,2}|(SIG)?[A-Z][A-Z0-9]{1,9}([+-][0-9]{1,2})?)\z")]
    private static partial Regex SignalPattern();

    [GeneratedRegex(@"^(no|always|unless-stopped|on-failure(:[0-9]{1,6})?)\z")]
    private static partial Regex RestartPattern();

    [GeneratedRegex(@"^/[^:\s]+(:[A-Za-z0-9_=,.%-]+)?\z")]
    private static partial Regex TmpfsPattern();

    [GeneratedRegex(@"^(core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)\z")]
    private static partial Regex UserLimitPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_/][A-Za-z0-9_.@/-]{0,254}\z")]
    private static partial Regex CgroupPattern();

    [GeneratedRegex(@"^[abc] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}\z")]
    private static partial Regex RulePattern();
}
