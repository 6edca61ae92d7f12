using System.Collections.Immutable;
using System.Text.Json;
using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>All that can be set of a service: the same table reads bodies of create and PATCH, and documents them.</summary>
public static class ServiceMembers
{
    public static readonly string[] Strategies = ["EMPTIEST_NODE", "HIGH_AVAILABILITY", "EVERY_NODE"];

    public static readonly string[] Approvals = ["none", "required"];

    public static readonly string[] Overlaps = ["auto", "true", "false"];

    /// <summary>Members of the answers that cannot be set.</summary>
    private static readonly string[] ReadOnly =
    [
        "uuid", "resource_uri", "unique_name", "image_name", "image_tag", "state", "synchronized", "current_num_containers",
        "running_num_containers", "stopped_num_containers", "containers", "calculated_envvars", "link_variables", "linked_from_service",
        "stack", "public_dns", "deployed_datetime", "started_datetime", "stopped_datetime", "destroyed_datetime", "actions", "triggers",
        "webhooks", "available_version", "current_version", "previous_versions", "rolled_back_from", "held_version", "warnings",
    ];

    public static readonly MemberTable<ServiceDraft> Table = new(
    [
        new("image", Schemas.Text("An image name such as \"acme/api:1.2\"; without a tag it is \"latest\". This or git_repository is required."),
            ReadImage),
        new("git_repository", Schemas.Object("A git repository that its images are built from, instead of image.", GitSourceMembers.Table), ReadGit),
        new("deployment_restrictions", Schemas.Objects(
                "Which changed files make a push to the git repository count, as application/{id}/deploymentRestriction has them.", RestrictionMembers.Table),
            (d, v) => d.Settings = d.Settings with { Restrictions = RestrictionMembers.ReadAll(v, d.Settings.Restrictions, d.Now) }),
        new("name", Schemas.Text(
                "Its name, which is its DNS name too: a label of lower-case letters, digits and hyphens. Made from the image unless given; cannot be changed."),
            ReadName),
        new("engine", Schemas.Text("The name of the engine that runs its containers; \"local\" unless given, if there is that engine. Cannot be changed."),
            ReadEngine),
        new("nickname", Schemas.Text("Another name, for people."), (d, v) => d.Settings = d.Settings with { Nickname = v.Line(255) }),
        new("autoredeploy", Schemas.Flag("Redeploy by itself when something new is pushed."),
            (d, v) => d.Settings = d.Settings with { Autoredeploy = v.Flag() }),
        new("tag_policy", Schemas.Text(
                "Which pushed tags it follows: \"same\" (its own tag), \"latest\", \"any\", \"semver:RANGE\" (versions in a range as npm writes it, such as "
                + "\"semver:^1.2\" or \"semver:>=1 <3 || 4.x\"; never a lower one than what runs; \"semver:^1 prefix=v suffix=-alpine\" where "
                + "something stands around the version), \"glob:PATTERN\" (with *, ?, [a-c], [!a-c], such as \"glob:release-*\") "
                + "or \"regex:PATTERN\" (a .NET expression without backreferences and lookaround); both patterns match the whole tag. "
                + "\"regex:int-([0-9]+) order=numeric\" (or semver, date, alphabetical) never goes down, either. "
                + "Null is the default: an image of Docker Hub follows only \"latest\", another one its own tag."),
            ReadTagPolicy),
        new("poll_seconds", Schemas.Integer("For registries that cannot call: seconds after which it is looked for something new, 30 or more; 0: never.", 0, Most.PollSeconds, 0),
            (d, v) => d.Settings = d.Settings with { PollSeconds = ReadLeast(v, 30, Most.PollSeconds, "seconds") ?? 0 }),
        new("deploy_windows", Schemas.Objects(
                "When pushes are deployed; none: at any time. One of them has to be open, and one of the organization's; until then a push is held.", WindowMembers.Table),
            (d, v) => d.Settings = d.Settings with { Windows = WindowMembers.ReadAll(v) }),
        new("frozen", Schemas.Text("Why nothing new is deployed: pushes are held until this is null again."),
            (d, v) => d.Settings = d.Settings with { Frozen = WindowMembers.ReadFrozen(v) }),
        new("approval", Schemas.Text("With \"required\" pushes are held until a person approves them.", Approvals),
            (d, v) => d.Settings = d.Settings with { ApprovalRequired = v.OneOf(Approvals) == "required" }),
        new("target_num_containers", Schemas.Integer("So many containers there shall be; POST scale/ makes it so.", 1, Most.Containers, 1),
            (d, v) => d.Settings = d.Settings with { TargetContainers = v.Integer(1, Most.Containers) ?? 1 }),
        new("sequential_deployment", Schemas.Flag("Start, stop and scale one container after the other."),
            (d, v) => d.Settings = d.Settings with { Sequential = v.Flag() }),
        new("deployment_strategy", Schemas.Text("Kept for clients of Docker Cloud; a service is on one engine.", Strategies),
            (d, v) => d.Settings = d.Settings with { Strategy = v.OneOf(Strategies) }),
        new("health_check", Schemas.Object("How a new container is proven, instead of the image's HEALTHCHECK; null: that, or without one stable_seconds.", HealthCheckMembers.Table),
            (d, v) => d.Settings = d.Settings with { HealthCheck = v.IsNull ? null : HealthCheckMembers.Read(v) }),
        new("stop_timeout", Schemas.Integer("Seconds from SIGTERM to SIGKILL.", 0, Most.Seconds, 10),
            (d, v) => d.Settings = d.Settings with { StopTimeout = v.Integer(0, Most.Seconds) ?? 10 }),
        new("stable_seconds", Schemas.Integer("Seconds that a container without any health check has to run to be proven.", 0, Most.Seconds, 5),
            (d, v) => d.Settings = d.Settings with { StableSeconds = v.Integer(0, Most.Seconds) ?? 5 }),
        new("bake_seconds", Schemas.Integer(
                "Seconds for which a new version has to keep well after it has taken over; if a new container ends, restarts or turns unhealthy, the version before comes back.",
                0, Most.Seconds, 0),
            (d, v) => d.Settings = d.Settings with { BakeSeconds = v.Integer(0, Most.Seconds) ?? 0 }),
        new("overlap", Schemas.Text(
                "Whether old and new containers run side by side while a version is replaced: \"true\", \"false\" (the old ones stop first, and are started again if the new "
                + "version fails) or \"auto\", which is false where both would write to the same volume or path of the host.", Overlaps),
            (d, v) => d.Settings = d.Settings with { Overlap = ReadOverlap(v) }),
        new("deploy_group", Schemas.Text(
                "Services with the same name here that get the same push are deployed as one: if one fails, those that have switched go back. Empty: it stands alone."),
            (d, v) => d.Settings = d.Settings with { DeployGroup = v.Line(Most.NameLength) }),
        new("pre_deploy", Schemas.Text("A command line that is run in a container of the new image before it takes over; if it fails, so does the deployment. Empty: none."),
            (d, v) => d.Settings = d.Settings with { PreDeploy = ReadCommand(v) }),
        new("post_deploy", Schemas.Text("A command line that is run in a container of the new image when it has taken over; the version stays if it fails. Empty: none."),
            (d, v) => d.Settings = d.Settings with { PostDeploy = ReadCommand(v) }),
        new("command_timeout", Schemas.Integer("Seconds for pre_deploy and post_deploy, each.", 1, Most.StepSeconds, 600),
            (d, v) => d.Limits = d.Limits with { Command = v.Integer(1, Most.StepSeconds) ?? 600 }),
        new("pull_timeout", Schemas.Integer("Seconds for pulling an image.", 1, Most.StepSeconds, 600),
            (d, v) => d.Limits = d.Limits with { Pull = v.Integer(1, Most.StepSeconds) ?? 600 }),
        new("build_timeout", Schemas.Integer("Seconds for building an image, with fetching its sources.", 1, Most.StepSeconds, 1800),
            (d, v) => d.Limits = d.Limits with { Build = v.Integer(1, Most.StepSeconds) ?? 1800 }),
        new("prove_timeout", Schemas.Integer("Seconds until a new container has to be proven, each, without its start period.", 1, Most.StepSeconds, 300),
            (d, v) => d.Limits = d.Limits with { Prove = v.Integer(1, Most.StepSeconds) ?? 300 }),
        new("deployment_timeout", Schemas.Integer("Seconds for a whole deployment, until all new containers serve.", 1, Most.StepSeconds, 7200),
            (d, v) => d.Limits = d.Limits with { Whole = v.Integer(1, Most.StepSeconds) ?? 7200 }),
        new("tags", Schemas.Objects("Words for people.", TagMembers.Table),
            (d, v) => d.Settings = d.Settings with { Tags = TagMembers.ReadAll(v) }),
        new("linked_to_service", Schemas.Objects("Other services that its containers know by a name of their own.", LinkMembers.Table),
            LinkMembers.ReadAll),

        new("container_ports", Schemas.Objects("Ports of the container that are reachable on the host, or (published: false) only from other services.", PortMembers.Table),
            (d, v) => d.Container = d.Container with { Ports = PortMembers.ReadAll(v) }),
        new("container_envvars", Schemas.Objects("Environment variables, all of them.", EnvironmentMembers.Table),
            (d, v) => d.Container = d.Container with { Environment = EnvironmentMembers.ReadAll(v) }),
        new("bindings", Schemas.Objects(
                "Paths of the host, volumes of the service, or all volumes of another service.", BindingMembers.Table),
            BindingMembers.ReadAll),
        new("run_command", Schemas.Text("A command line with shell-like quoting instead of the image's CMD; empty: the image's."),
            (d, v) => d.Container = d.Container with { RunCommand = ReadCommand(v) }),
        new("entrypoint", Schemas.Text("A command line with shell-like quoting instead of the image's ENTRYPOINT; empty: the image's."),
            (d, v) => d.Container = d.Container with { Entrypoint = ReadCommand(v) }),
        new("working_dir", Schemas.Text("An absolute path in the container; empty: the image's."),
            (d, v) => d.Container = d.Container with { WorkingDirectory = ContainerTexts.AbsolutePathOrEmpty(v) }),
        new("user", Schemas.Text("A user of the container such as \"app\" or \"1000:1000\"; empty: the image's."),
            (d, v) => d.Container = d.Container with { User = ContainerTexts.User(v) }),
        new("hostname", Schemas.Text("The name that the container has for itself; empty: Docker's choice."),
            (d, v) => d.Container = d.Container with { Hostname = ContainerTexts.HostName(v) }),
        new("domainname", Schemas.Text("The domain that the container has for itself."),
            (d, v) => d.Container = d.Container with { DomainName = ContainerTexts.HostName(v) }),
        new("autorestart", Schemas.Text("What Docker does when a container ends by itself.", "OFF", "ON_FAILURE", "ALWAYS"),
            (d, v) => d.Container = d.Container with { Autorestart = ReadAutorestart(v) }),
        new("autodestroy", Schemas.Text("Only OFF.", "OFF"), (_, v) => OnlyOff(v)),
        new("memory", Schemas.Integer("Megabytes (2^20 bytes) of memory at most, 6 or more; 0 or null: no limit.", 0, Most.Megabytes),
            (d, v) => d.Container = d.Container with { Memory = ReadLeast(v, 6, Most.Megabytes, "megabytes") }),
        new("memory_swap", Schemas.Integer("Megabytes of memory and swap together; -1: no limit; 0 or null: Docker's default.", -1, Most.Megabytes),
            (d, v) => d.Container = d.Container with { MemorySwap = ReadMemorySwap(v) }),
        new("cpu_shares", Schemas.Integer("A relative weight from 2 to 262,144; 0 or null: Docker's default.", 0, 262_144),
            (d, v) => d.Container = d.Container with { CpuShares = ReadLeast(v, 2, 262_144, "shares") }),
        new("cpuset", Schemas.Text("The processors to run on, such as \"0-2,4\"; empty: all."),
            (d, v) => d.Container = d.Container with { CpuSet = ContainerTexts.CpuSet(v) }),
        new("privileged", Schemas.Flag("All rights on the host."), (d, v) => d.Container = d.Container with { Privileged = v.Flag() }),
        new("read_only", Schemas.Flag("The container's own file system cannot be written to."),
            (d, v) => d.Container = d.Container with { ReadOnly = v.Flag() }),
        new("tty", Schemas.Flag("A terminal for the container."), (d, v) => d.Container = d.Container with { Tty = v.Flag() }),
        new("stdin_open", Schemas.Flag("Standard input stays open."), (d, v) => d.Container = d.Container with { OpenStdin = v.Flag() }),
        new("cap_add", Schemas.Texts("Linux capabilities to add, such as \"NET_ADMIN\"."),
            (d, v) => d.Container = d.Container with { CapAdd = ContainerTexts.Capabilities(v) }),
        new("cap_drop", Schemas.Texts("Linux capabilities to drop."),
            (d, v) => d.Container = d.Container with { CapDrop = ContainerTexts.Capabilities(v) }),
        new("dns", Schemas.Texts("Addresses of DNS servers."),
            (d, v) => d.Container = d.Container with { Dns = ContainerTexts.Addresses(v) }),
        new("dns_search", Schemas.Texts("Domains in which short names are looked for."),
            (d, v) => d.Container = d.Container with { DnsSearch = ContainerTexts.Domains(v) }),
        new("extra_hosts", Schemas.Texts("Names for /etc/hosts, such as \"db:10.0.0.7\"."),
            (d, v) => d.Container = d.Container with { ExtraHosts = ContainerTexts.ExtraHosts(v) }),
        new("security_opt", Schemas.Texts("Docker's security options."),
            (d, v) => d.Container = d.Container with { SecurityOptions = ContainerTexts.SecurityOptions(v) }),
        new("devices", Schemas.Texts("Devices of the host, such as \"/dev/fuse\" or \"/dev/sda:/dev/xvda:r\"."),
            (d, v) => d.Container = d.Container with { Devices = ContainerTexts.Devices(v) }),
        new("labels", Schemas.Map("Docker labels."), (d, v) => d.Container = d.Container with { Labels = ReadLabels(v) }),
        new("net", Schemas.Text("Our own network, or the host's.", "bridge", "host"),
            (d, v) => d.Container = d.Container with { HostNetwork = v.OneOf("bridge", "host") == "host" }),
        new("pid", Schemas.Text("Processes of its own, or the host's.", "none", "host"),
            (d, v) => d.Container = d.Container with { HostPid = v.OneOf("none", "host") == "host" }),
        new("roles", Schemas.Texts("Only none."), (_, v) => NothingIn(v)),
        new("mac_address", Schemas.Text("Not supported: only empty."), (_, v) => OnlyEmpty(v)),
        new("cgroup_parent", Schemas.Text("Not supported: only empty."), (_, v) => OnlyEmpty(v)),
    ], ReadOnly);

    private static void ReadImage(ServiceDraft draft, Value value)
    {
        if (value.IsNull || !value.IsText)
            throw value.NotA("an image name such as \"acme/api:1.2\"");
        if (!ImageName.TryParse(value.Text(4096), out var name, out var error))
            throw value.Wrong(error);
        draft.SetSource(value, name.ToString(), null);
    }

    private static void ReadGit(ServiceDraft draft, Value value)
    {
        if (value.IsNull)
            throw value.NotA("an object with url and branch; set `image` to have an image as the source instead");
        draft.SetSource(value, null, GitSourceMembers.Read(value));
    }

    private static void ReadName(ServiceDraft draft, Value value)
    {
        if (value.IsNull)
            return;
        var name = value.Line(255);
        if (draft.Uuid is not null)
        {
            if (name != draft.Name)
                throw value.Wrong("cannot be changed");
            return;
        }

        draft.Name = ServiceNames.Objection(name) is { } error ? throw value.Wrong(error) : name;
    }

    private static void ReadEngine(ServiceDraft draft, Value value)
    {
        if (value.IsNull)
            return;
        var engine = value.Line(255);
        if (draft.Uuid is null)
            draft.Engine = value;
        else if (engine != draft.Settings.Engine)
            throw value.Wrong("cannot be changed");
    }

    private static void ReadTagPolicy(ServiceDraft draft, Value value)
    {
        var policy = value.Line().Trim();
        if (!value.IsNull && !TagPolicy.IsValid(policy, out var error))
            throw value.Wrong(error);
        draft.Settings = draft.Settings with { TagPolicy = value.IsNull ? null : policy };
    }

    private static string ReadCommand(Value value)
    {
        var line = value.Text(64 << 10);
        return line.Length == 0 || CommandLine.TrySplit(line, out _, out var error) ? line : throw value.Wrong(error);
    }

    /// <summary>Also as JSON's own true and false.</summary>
    private static Overlap ReadOverlap(Value value) => value.Element.ValueKind switch
    {
        JsonValueKind.True => Overlap.True,
        JsonValueKind.False => Overlap.False,
        _ => (Overlap)Array.IndexOf(Overlaps, value.OneOf(Overlaps)),
    };

    private static Autorestart ReadAutorestart(Value value) => value.OneOf("OFF", "ON_FAILURE", "ALWAYS") switch
    {
        "ALWAYS" => Autorestart.Always,
        "ON_FAILURE" => Autorestart.OnFailure,
        _ => Autorestart.Off,
    };

    private static int? ReadLeast(Value value, int least, int most, string of)
    {
        var number = value.Integer(0, most);
        return number is null or 0 ? null
            : number >= least ? number
            : throw value.Wrong($"is {number}; expected at least {least} {of}, or 0 or null for none of our own");
    }

    private static int? ReadMemorySwap(Value value)
    {
        var number = value.Integer(-1, Most.Megabytes);
        return number is 0 ? null : number;
    }

    private static void OnlyOff(Value value)
    {
        var word = value.OneOf("OFF", "ON_SUCCESS", "ON_FAILURE", "ALWAYS");
        if (word != "OFF")
            throw value.Wrong($"is \"{word}\", which is not supported; expected \"OFF\"");
    }

    private static void NothingIn(Value value)
    {
        if (value.Items(int.MaxValue).Count > 0)
            throw value.Wrong("is not supported; expected no items");
    }

    private static void OnlyEmpty(Value value)
    {
        if (value.Line().Length > 0)
            throw value.Wrong("is not supported; expected it to be left out");
    }

    private static ImmutableDictionary<string, string> ReadLabels(Value value)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (key, inner) in value.Members(Most.Labels))
        {
            if (key.Length is 0 or > 1024 || key.Any(char.IsControl))
                throw value.Wrong($"has the key \"{HttpFailure.Shorten(key)}\"; expected 1 to 1,024 characters without control characters");
            if (key.StartsWith("autodeploy.", StringComparison.OrdinalIgnoreCase))
                throw value.Wrong($"has the key \"{HttpFailure.Shorten(key)}\"; keys that begin with \"autodeploy.\" are ours");
            if (!inner.IsText)
                throw inner.NotA("text");
            labels[key] = inner.Text(Most.ValueLength);
        }

        return labels.ToImmutable();
    }
}

/// <summary>Bounds that nobody should meet, so that nothing grows without end.</summary>
public static class Most
{
    public const int Containers = 1000;
    public const int Seconds = 3600;
    public const int StepSeconds = 86_400;
    public const int NameLength = 255;
    public const int PollSeconds = 7 * 86_400;
    public const int Megabytes = 1 << 24;
    public const int Labels = 1000;
    public const int Variables = 1000;
    public const int ValueLength = 128 << 10;
    public const int Items = 256;
}
