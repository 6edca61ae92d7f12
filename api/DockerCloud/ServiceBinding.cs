using System.Collections.Immutable;
using System.Text.Json;
using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>All that can be set of a service: the same table reads bodies of create and PATCH, and documents them.</summary>
public static class ServiceBinding
{
    public static readonly string[] Strategies = ["EMPTIEST_NODE", "HIGH_AVAILABILITY", "EVERY_NODE"];

    public static readonly string[] Approvals = ["none", "required"];

    public static readonly string[] Overlaps = ["auto", "true", "false"];

    /// <summary>Members of the answers that cannot be set.</summary>
    private static readonly string[] ReadOnly =
    [
        "uuid",
        "resource_uri",
        "unique_name",
        "image_name",
        "image_tag",
        "state",
        "synchronized",
        "current_num_containers",
        "running_num_containers",
        "stopped_num_containers",
        "containers",
        "calculated_envvars",
        "link_variables",
        "linked_from_service",
        "stack",
        "public_dns",
        "deployed_datetime",
        "started_datetime",
        "stopped_datetime",
        "destroyed_datetime",
        "actions",
        "triggers",
        "webhooks",
        "available_version",
        "current_version",
        "previous_versions",
        "rolled_back_from",
        "held_version",
        "warnings",
    ];

    public static readonly JsonBinder<ServiceRequest> Binder = new(
        [
            new(
                "image",
                SchemaFactory.Text(
                    "An image name such as \"acme/api:1.2\"; without a tag it is \"latest\". This or git_repository is required."
                ),
                ReadImage
            ),
            new(
                "git_repository",
                SchemaFactory.Object("A git repository that its images are built from, instead of image.", GitSourceBinding.Binder),
                ReadGit
            ),
            new(
                "deployment_restrictions",
                SchemaFactory.Objects(
                    "Which changed files make a push to the git repository count, as application/{id}/deploymentRestriction has them.",
                    RestrictionBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { Restrictions = RestrictionBinding.ReadAll(v, d.Settings.Restrictions, d.Now) }
            ),
            new(
                "name",
                SchemaFactory.Text(
                    "Its name, which is its DNS name too: a label of lower-case letters, digits and hyphens. Made from the image "
                        + "unless given; cannot be changed."
                ),
                ReadName
            ),
            new(
                "engine",
                SchemaFactory.Text(
                    "The name of the engine that runs its containers; \"local\" unless given, if there is that engine. Cannot be changed."
                ),
                ReadEngine
            ),
            new(
                "nickname",
                SchemaFactory.Text("Another name, for people."),
                (d, v) => d.Settings = d.Settings with { Nickname = v.ReadLine(255) }
            ),
            new(
                "autoredeploy",
                SchemaFactory.Flag("Redeploy by itself when something new is pushed."),
                (d, v) => d.Settings = d.Settings with { Autoredeploy = v.ReadFlag() }
            ),
            new(
                "tag_policy",
                SchemaFactory.Text(
                    "Which pushed tags it follows: \"same\" (its own tag), \"latest\", \"any\", \"semver:RANGE\" (versions in a "
                        + "range as npm writes it, such as "
                        + "\"semver:^1.2\" or \"semver:>=1 <3 || 4.x\"; never a lower one than what runs; \"semver:^1 prefix=v "
                        + "suffix=-alpine\" where "
                        + "something stands around the version), \"glob:PATTERN\" (with *, ?, [a-c], [!a-c], such as \"glob:release-*\") "
                        + "or \"regex:PATTERN\" (a .NET expression without backreferences and lookaround); both patterns match the "
                        + "whole tag. "
                        + "\"regex:int-([0-9]+) order=numeric\" (or semver, date, alphabetical) never goes down, either. "
                        + "Null is the default: an image of Docker Hub follows only \"latest\", another one its own tag."
                ),
                ReadTagPolicy
            ),
            new(
                "poll_seconds",
                SchemaFactory.Integer(
                    "For registries that cannot call: seconds after which it is looked for something new, 30 or more; 0: never.",
                    0,
                    ServiceLimits.PollSeconds,
                    0
                ),
                (d, v) => d.Settings = d.Settings with { PollSeconds = ReadLeast(v, 30, ServiceLimits.PollSeconds, "seconds") ?? 0 }
            ),
            new(
                "deploy_windows",
                SchemaFactory.Objects(
                    "When pushes are deployed; none: at any time. One of them has to be open, and one of the organization's; "
                        + "until then a push is held.",
                    WindowBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { Windows = WindowBinding.ReadAll(v) }
            ),
            new(
                "frozen",
                SchemaFactory.Text("Why nothing new is deployed: pushes are held until this is null again."),
                (d, v) => d.Settings = d.Settings with { Frozen = WindowBinding.ReadFrozen(v) }
            ),
            new(
                "approval",
                SchemaFactory.Text("With \"required\" pushes are held until a person approves them.", Approvals),
                (d, v) => d.Settings = d.Settings with { ApprovalRequired = v.ReadOneOf(Approvals) == "required" }
            ),
            new(
                "verify",
                SchemaFactory.Object(
                    "Who has to have signed the image before it is pulled; null: nobody. The organization's own is required beside it.",
                    VerifyBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { Verify = VerifyBinding.Read(v) }
            ),
            new(
                "target_num_containers",
                SchemaFactory.Integer("So many containers there shall be; POST scale/ makes it so.", 1, ServiceLimits.Containers, 1),
                (d, v) => d.Settings = d.Settings with { TargetContainers = v.ReadInteger(1, ServiceLimits.Containers) ?? 1 }
            ),
            new(
                "sequential_deployment",
                SchemaFactory.Flag("Start, stop and scale one container after the other."),
                (d, v) => d.Settings = d.Settings with { Sequential = v.ReadFlag() }
            ),
            new(
                "deployment_strategy",
                SchemaFactory.Text("Kept for clients of Docker Cloud; a service is on one engine.", Strategies),
                (d, v) => d.Settings = d.Settings with { Strategy = v.ReadOneOf(Strategies) }
            ),
            new(
                "health_check",
                SchemaFactory.Object(
                    "How a new container is proven, instead of the image's HEALTHCHECK; null: that, or without one stable_seconds.",
                    HealthCheckBinding.Binder
                ),
                (d, v) => d.Settings = d.Settings with { HealthCheck = v.IsNull ? null : HealthCheckBinding.Read(v) }
            ),
            new(
                "stop_timeout",
                SchemaFactory.Integer("Seconds from SIGTERM to SIGKILL.", 0, ServiceLimits.Seconds, 10),
                (d, v) => d.Settings = d.Settings with { StopTimeout = v.ReadInteger(0, ServiceLimits.Seconds) ?? 10 }
            ),
            new(
                "stable_seconds",
                SchemaFactory.Integer(
                    "Seconds that a container without any health check has to run to be proven.",
                    0,
                    ServiceLimits.Seconds,
                    5
                ),
                (d, v) => d.Settings = d.Settings with { StableSeconds = v.ReadInteger(0, ServiceLimits.Seconds) ?? 5 }
            ),
            new(
                "bake_seconds",
                SchemaFactory.Integer(
                    "Seconds for which a new version has to keep well after it has taken over; if a new container ends, restarts "
                        + "or turns unhealthy, the version before comes back.",
                    0,
                    ServiceLimits.Seconds,
                    0
                ),
                (d, v) => d.Settings = d.Settings with { BakeSeconds = v.ReadInteger(0, ServiceLimits.Seconds) ?? 0 }
            ),
            new(
                "overlap",
                SchemaFactory.Text(
                    "Whether old and new containers run side by side while a version is replaced: \"true\", \"false\" (the old "
                        + "ones stop first, and are started again if the new "
                        + "version fails) or \"auto\", which is false where both would write to the same volume or path of the host.",
                    Overlaps
                ),
                (d, v) => d.Settings = d.Settings with { Overlap = ReadOverlap(v) }
            ),
            new(
                "deploy_group",
                SchemaFactory.Text(
                    "Services with the same name here that get the same push are deployed as one: if one fails, those that have "
                        + "switched go back. Empty: it stands alone."
                ),
                (d, v) => d.Settings = d.Settings with { DeployGroup = v.ReadLine(ServiceLimits.NameLength) }
            ),
            new(
                "pre_deploy",
                SchemaFactory.Text(
                    "A command line that is run in a container of the new image before it takes over; if it fails, so does the "
                        + "deployment. Empty: none."
                ),
                (d, v) => d.Settings = d.Settings with { PreDeploy = ReadCommand(v) }
            ),
            new(
                "post_deploy",
                SchemaFactory.Text(
                    "A command line that is run in a container of the new image when it has taken over; the version stays if it "
                        + "fails. Empty: none."
                ),
                (d, v) => d.Settings = d.Settings with { PostDeploy = ReadCommand(v) }
            ),
            new(
                "command_timeout",
                SchemaFactory.Integer("Seconds for pre_deploy and post_deploy, each.", 1, ServiceLimits.StepSeconds, 600),
                (d, v) => d.Limits = d.Limits with { Command = v.ReadInteger(1, ServiceLimits.StepSeconds) ?? 600 }
            ),
            new(
                "pull_timeout",
                SchemaFactory.Integer("Seconds for pulling an image.", 1, ServiceLimits.StepSeconds, 600),
                (d, v) => d.Limits = d.Limits with { Pull = v.ReadInteger(1, ServiceLimits.StepSeconds) ?? 600 }
            ),
            new(
                "build_timeout",
                SchemaFactory.Integer("Seconds for building an image, with fetching its sources.", 1, ServiceLimits.StepSeconds, 1800),
                (d, v) => d.Limits = d.Limits with { Build = v.ReadInteger(1, ServiceLimits.StepSeconds) ?? 1800 }
            ),
            new(
                "prove_timeout",
                SchemaFactory.Integer(
                    "Seconds until a new container has to be proven, each, without its start period.",
                    1,
                    ServiceLimits.StepSeconds,
                    300
                ),
                (d, v) => d.Limits = d.Limits with { Prove = v.ReadInteger(1, ServiceLimits.StepSeconds) ?? 300 }
            ),
            new(
                "deployment_timeout",
                SchemaFactory.Integer(
                    "Seconds for a whole deployment, until all new containers serve.",
                    1,
                    ServiceLimits.StepSeconds,
                    7200
                ),
                (d, v) => d.Limits = d.Limits with { Whole = v.ReadInteger(1, ServiceLimits.StepSeconds) ?? 7200 }
            ),
            new(
                "tags",
                SchemaFactory.Objects("Words for people.", TagBinding.Binder),
                (d, v) => d.Settings = d.Settings with { Tags = TagBinding.ReadAll(v) }
            ),
            new(
                "linked_to_service",
                SchemaFactory.Objects("Other services that its containers know by a name of their own.", LinkBinding.Binder),
                LinkBinding.ReadAll
            ),
            new(
                "container_ports",
                SchemaFactory.Objects(
                    "Ports of the container that are reachable on the host, or (published: false) only from other services.",
                    PortBinding.Binder
                ),
                (d, v) => d.Container = d.Container with { Ports = PortBinding.ReadAll(v) }
            ),
            new(
                "container_envvars",
                SchemaFactory.Objects("Environment variables, all of them.", EnvironmentBinding.Binder),
                (d, v) => d.Container = d.Container with { Environment = EnvironmentBinding.ReadAll(v) }
            ),
            new(
                "bindings",
                SchemaFactory.Objects(
                    "Paths of the host, volumes of the service, or all volumes of another service.",
                    VolumeBindingBinding.Binder
                ),
                VolumeBindingBinding.ReadAll
            ),
            new(
                "run_command",
                SchemaFactory.Text("A command line with shell-like quoting instead of the image's CMD; empty: the image's."),
                (d, v) => d.Container = d.Container with { RunCommand = ReadCommand(v) }
            ),
            new(
                "entrypoint",
                SchemaFactory.Text("A command line with shell-like quoting instead of the image's ENTRYPOINT; empty: the image's."),
                (d, v) => d.Container = d.Container with { Entrypoint = ReadCommand(v) }
            ),
            new(
                "working_dir",
                SchemaFactory.Text("An absolute path in the container; empty: the image's."),
                (d, v) => d.Container = d.Container with { WorkingDirectory = ContainerTextReader.AbsolutePathOrEmpty(v) }
            ),
            new(
                "user",
                SchemaFactory.Text("A user of the container such as \"app\" or \"1000:1000\"; empty: the image's."),
                (d, v) => d.Container = d.Container with { User = ContainerTextReader.User(v) }
            ),
            new(
                "hostname",
                SchemaFactory.Text("The name that the container has for itself; empty: Docker's choice."),
                (d, v) => d.Container = d.Container with { Hostname = ContainerTextReader.HostName(v) }
            ),
            new(
                "domainname",
                SchemaFactory.Text("The domain that the container has for itself."),
                (d, v) => d.Container = d.Container with { DomainName = ContainerTextReader.HostName(v) }
            ),
            new(
                "autorestart",
                SchemaFactory.Text("What Docker does when a container ends by itself.", "OFF", "ON_FAILURE", "ALWAYS"),
                (d, v) => d.Container = d.Container with { Autorestart = ReadAutorestart(v) }
            ),
            new("autodestroy", SchemaFactory.Text("Only OFF.", "OFF"), (_, v) => OnlyOff(v)),
            new(
                "memory",
                SchemaFactory.Integer(
                    "Megabytes (2^20 bytes) of memory at most, 6 or more; 0 or null: no limit.",
                    0,
                    ServiceLimits.Megabytes
                ),
                (d, v) => d.Container = d.Container with { Memory = ReadLeast(v, 6, ServiceLimits.Megabytes, "megabytes") }
            ),
            new(
                "memory_swap",
                SchemaFactory.Integer(
                    "Megabytes of memory and swap together; -1: no limit; 0 or null: Docker's default.",
                    -1,
                    ServiceLimits.Megabytes
                ),
                (d, v) => d.Container = d.Container with { MemorySwap = ReadMemorySwap(v) }
            ),
            new(
                "cpu_shares",
                SchemaFactory.Integer("A relative weight from 2 to 262,144; 0 or null: Docker's default.", 0, 262_144),
                (d, v) => d.Container = d.Container with { CpuShares = ReadLeast(v, 2, 262_144, "shares") }
            ),
            new(
                "cpuset",
                SchemaFactory.Text("The processors to run on, such as \"0-2,4\"; empty: all."),
                (d, v) => d.Container = d.Container with { CpuSet = ContainerTextReader.CpuSet(v) }
            ),
            new(
                "privileged",
                SchemaFactory.Flag("All rights on the host."),
                (d, v) => d.Container = d.Container with { Privileged = v.ReadFlag() }
            ),
            new(
                "read_only",
                SchemaFactory.Flag("The container's own file system cannot be written to."),
                (d, v) => d.Container = d.Container with { ReadOnly = v.ReadFlag() }
            ),
            new(
                "tty",
                SchemaFactory.Flag("A terminal for the container."),
                (d, v) => d.Container = d.Container with { Tty = v.ReadFlag() }
            ),
            new(
                "stdin_open",
                SchemaFactory.Flag("Standard input stays open."),
                (d, v) => d.Container = d.Container with { OpenStdin = v.ReadFlag() }
            ),
            new(
                "cap_add",
                SchemaFactory.Texts("Linux capabilities to add, such as \"NET_ADMIN\"."),
                (d, v) => d.Container = d.Container with { CapAdd = ContainerTextReader.Capabilities(v) }
            ),
            new(
                "cap_drop",
                SchemaFactory.Texts("Linux capabilities to drop."),
                (d, v) => d.Container = d.Container with { CapDrop = ContainerTextReader.Capabilities(v) }
            ),
            new(
                "dns",
                SchemaFactory.Texts("Addresses of DNS servers."),
                (d, v) => d.Container = d.Container with { Dns = ContainerTextReader.Addresses(v) }
            ),
            new(
                "dns_search",
                SchemaFactory.Texts("Domains in which short names are looked for."),
                (d, v) => d.Container = d.Container with { DnsSearch = ContainerTextReader.Domains(v) }
            ),
            new(
                "extra_hosts",
                SchemaFactory.Texts("Names for /etc/hosts, such as \"db:10.0.0.7\"."),
                (d, v) => d.Container = d.Container with { ExtraHosts = ContainerTextReader.ExtraHosts(v) }
            ),
            new(
                "security_opt",
                SchemaFactory.Texts("Docker's security options."),
                (d, v) => d.Container = d.Container with { SecurityOptions = ContainerTextReader.SecurityOptions(v) }
            ),
            new(
                "devices",
                SchemaFactory.Texts("Devices of the host, such as \"/dev/fuse\" or \"/dev/sda:/dev/xvda:r\"."),
                (d, v) => d.Container = d.Container with { Devices = ContainerTextReader.Devices(v) }
            ),
            new("labels", SchemaFactory.Map("Docker labels."), (d, v) => d.Container = d.Container with { Labels = ReadLabels(v) }),
            new(
                "net",
                SchemaFactory.Text("Our own network, or the host's.", "bridge", "host"),
                (d, v) => d.Container = d.Container with { HostNetwork = v.ReadOneOf("bridge", "host") == "host" }
            ),
            new(
                "pid",
                SchemaFactory.Text("Processes of its own, or the host's.", "none", "host"),
                (d, v) => d.Container = d.Container with { HostPid = v.ReadOneOf("none", "host") == "host" }
            ),
            new("roles", SchemaFactory.Texts("Only none."), (_, v) => NothingIn(v)),
            new("mac_address", SchemaFactory.Text("Not supported: only empty."), (_, v) => OnlyEmpty(v)),
            .. ContainerOptionsBinding.Members,
        ],
        ReadOnly
    );

    private static void ReadImage(ServiceRequest draft, RequestValue value)
    {
        if (value.IsNull || !value.IsText)
            throw value.CreateTypeError("an image name such as \"acme/api:1.2\"");
        if (!ImageName.TryParse(value.ReadText(4096), out var name, out var error))
            throw value.CreateError(error);
        draft.SetSource(value, name.ToString(), null);
    }

    private static void ReadGit(ServiceRequest draft, RequestValue value)
    {
        if (value.IsNull)
            throw value.CreateTypeError("an object with url and branch; set `image` to have an image as the source instead");
        draft.SetSource(value, null, GitSourceBinding.Read(value));
    }

    private static void ReadName(ServiceRequest draft, RequestValue value)
    {
        if (value.IsNull)
            return;
        var name = value.ReadLine(255);
        if (draft.Uuid is not null)
        {
            if (name != draft.Name)
                throw value.CreateError("cannot be changed");
            return;
        }

        draft.Name = ServiceNameRules.FindObjection(name) is { } error ? throw value.CreateError(error) : name;
    }

    private static void ReadEngine(ServiceRequest draft, RequestValue value)
    {
        if (value.IsNull)
            return;
        var engine = value.ReadLine(255);
        if (draft.Uuid is null)
            draft.Engine = value;
        else if (engine != draft.Settings.Engine)
            throw value.CreateError("cannot be changed");
    }

    private static void ReadTagPolicy(ServiceRequest draft, RequestValue value)
    {
        var policy = value.ReadLine().Trim();
        if (!value.IsNull && !TagPolicy.IsValid(policy, out var error))
            throw value.CreateError(error);
        draft.Settings = draft.Settings with { TagPolicy = value.IsNull ? null : policy };
    }

    private static string ReadCommand(RequestValue value)
    {
        var line = value.ReadText(64 << 10);
        return line.Length == 0 || CommandLine.TrySplit(line, out _, out var error) ? line : throw value.CreateError(error);
    }

    /// <summary>Also as JSON's own true and false.</summary>
    private static Overlap ReadOverlap(RequestValue value) =>
        value.Element.ValueKind switch
        {
            JsonValueKind.True => Overlap.True,
            JsonValueKind.False => Overlap.False,
            _ => (Overlap)Array.IndexOf(Overlaps, value.ReadOneOf(Overlaps)),
        };

    private static AutorestartPolicy ReadAutorestart(RequestValue value) =>
        value.ReadOneOf("OFF", "ON_FAILURE", "ALWAYS") switch
        {
            "ALWAYS" => AutorestartPolicy.Always,
            "ON_FAILURE" => AutorestartPolicy.OnFailure,
            _ => AutorestartPolicy.Off,
        };

    private static int? ReadLeast(RequestValue value, int min, int max, string of)
    {
        var number = value.ReadInteger(0, max);
        return number is null or 0 ? null
            : number >= min ? number
            : throw value.CreateError($"is {number}; expected at least {min} {of}, or 0 or null for none of our own");
    }

    private static int? ReadMemorySwap(RequestValue value)
    {
        var number = value.ReadInteger(-1, ServiceLimits.Megabytes);
        return number is 0 ? null : number;
    }

    private static void OnlyOff(RequestValue value)
    {
        var word = value.ReadOneOf("OFF", "ON_SUCCESS", "ON_FAILURE", "ALWAYS");
        if (word != "OFF")
            throw value.CreateError($"is \"{word}\", which is not supported; expected \"OFF\"");
    }

    private static void NothingIn(RequestValue value)
    {
        if (value.ReadItems(int.MaxValue).Count > 0)
            throw value.CreateError("is not supported; expected no items");
    }

    private static void OnlyEmpty(RequestValue value)
    {
        if (value.ReadLine().Length > 0)
            throw value.CreateError("is not supported; expected it to be left out");
    }

    private static ImmutableDictionary<string, string> ReadLabels(RequestValue value)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (key, inner) in value.ReadMembers(ServiceLimits.Labels))
        {
            if (key.Length is 0 or > 1024 || key.Any(char.IsControl))
                throw value.CreateError(
                    $"has the key \"{ApiException.Shorten(key)}\"; expected 1 to 1,024 characters without control characters"
                );
            if (key.StartsWith("autodeploy.", StringComparison.OrdinalIgnoreCase))
                throw value.CreateError($"has the key \"{ApiException.Shorten(key)}\"; keys that begin with \"autodeploy.\" are ours");
            if (!inner.IsText)
                throw inner.CreateTypeError("text");
            labels[key] = inner.ReadText(ServiceLimits.ValueLength);
        }

        return labels.ToImmutable();
    }
}
