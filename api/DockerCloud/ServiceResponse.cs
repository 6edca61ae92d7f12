using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A service, as Docker Cloud's clients know it, with members of our own.</summary>
public sealed record ServiceResponse
{
    public required Guid Uuid { get; init; }

    /// <summary>Where it is.</summary>
    public required string ResourceUri { get; init; }

    /// <summary>Its name, which is its DNS name too.</summary>
    public required string Name { get; init; }

    /// <summary>Another name, for people.</summary>
    public required string Nickname { get; init; }

    public required string UniqueName { get; init; }

    /// <summary>The name of the engine that runs its containers.</summary>
    public required string Engine { get; init; }

    /// <summary>The image that it runs, with its tag; in requests the member is called image.</summary>
    public required string ImageName { get; init; }

    /// <summary>Always null.</summary>
    public string? ImageTag { get; init; }

    /// <summary>
    /// Not running, Starting, Running, Partly running, Scaling, Redeploying, Stopping, Stopped, Terminating or Terminated.
    /// </summary>
    public required string State { get; init; }

    /// <summary>False: how containers are made has been changed, and only the next redeploy brings it about.</summary>
    public required bool Synchronized { get; init; }

    /// <summary>It redeploys by itself when something new is pushed.</summary>
    public required bool Autoredeploy { get; init; }

    /// <summary>Which pushed tags it follows; null is the default.</summary>
    public required string? TagPolicy { get; init; }

    /// <summary>Seconds after which it is looked for something new; 0: never.</summary>
    public required int PollSeconds { get; init; }

    /// <summary>The repository that its images are built from; null when its source is an image.</summary>
    public required GitSourceResponse? GitRepository { get; init; }

    /// <summary>Which changed files make a push to the repository count.</summary>
    public required IReadOnlyList<RestrictionResponse> DeploymentRestrictions { get; init; }

    /// <summary>The newest that was pushed while the service did not take it.</summary>
    public required VersionResponse? AvailableVersion { get; init; }

    /// <summary>The newest that was pushed and is held: it is deployed later.</summary>
    public required HeldVersionResponse? HeldVersion { get; init; }

    /// <summary>When pushes are deployed; none: at any time.</summary>
    public required IReadOnlyList<WindowResponse> DeployWindows { get; init; }

    /// <summary>Why nothing new is deployed; null: it is.</summary>
    public required string? Frozen { get; init; }

    /// <summary>required or none.</summary>
    public required string Approval { get; init; }

    /// <summary>Who has to have signed the image before it is pulled; null: nobody.</summary>
    public required VerifyResponse? Verify { get; init; }

    /// <summary>What runs, or ran last.</summary>
    public required VersionResponse? CurrentVersion { get; init; }

    /// <summary>Proven versions before the current one, whose images are kept for a way back; newest first.</summary>
    public required IReadOnlyList<VersionResponse> PreviousVersions { get; init; }

    /// <summary>
    /// The version that a person went back from: it, and what is not newer, is not taken from a push; null when something newer has come.
    /// </summary>
    public required VersionResponse? RolledBackFrom { get; init; }

    /// <summary>How a new container is proven, instead of the image's HEALTHCHECK.</summary>
    public required HealthCheckResponse? HealthCheck { get; init; }

    /// <summary>Seconds from SIGTERM to SIGKILL.</summary>
    public required int StopTimeout { get; init; }

    /// <summary>Seconds that a container without any health check has to run to be proven.</summary>
    public required int StableSeconds { get; init; }

    /// <summary>Seconds for which a new version has to keep well after it has taken over, or the one before comes back.</summary>
    public required int BakeSeconds { get; init; }

    /// <summary>Whether old and new containers run side by side while a version is replaced: auto, true or false.</summary>
    public required string Overlap { get; init; }

    /// <summary>What the answer to a creation, or to a change of it, warns of; else empty.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Services with the same name here that get the same push are deployed as one.</summary>
    public required string DeployGroup { get; init; }

    /// <summary>A command line that is run in a container of the new image before it takes over.</summary>
    public required string PreDeploy { get; init; }

    /// <summary>A command line that is run in a container of the new image when it has taken over.</summary>
    public required string PostDeploy { get; init; }

    /// <summary>Seconds for each of these commands.</summary>
    public required int CommandTimeout { get; init; }

    /// <summary>Seconds for pulling an image.</summary>
    public required int PullTimeout { get; init; }

    /// <summary>Seconds for building an image.</summary>
    public required int BuildTimeout { get; init; }

    /// <summary>Seconds until a new container has to be proven.</summary>
    public required int ProveTimeout { get; init; }

    /// <summary>Seconds for a whole deployment.</summary>
    public required int DeploymentTimeout { get; init; }

    public required string Autorestart { get; init; }

    public string Autodestroy { get; init; } = "OFF";

    public required bool SequentialDeployment { get; init; }

    public required string DeploymentStrategy { get; init; }

    public required int TargetNumContainers { get; init; }

    public required int CurrentNumContainers { get; init; }

    public required int RunningNumContainers { get; init; }

    public required int StoppedNumContainers { get; init; }

    /// <summary>Resource uris.</summary>
    public required IReadOnlyList<string> Containers { get; init; }

    public required IReadOnlyList<PortResponse> ContainerPorts { get; init; }

    public required IReadOnlyList<VariableResponse> ContainerEnvvars { get; init; }

    public required IReadOnlyList<CalculatedVariableResponse> CalculatedEnvvars { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyDictionary<string, string> LinkVariables { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<LinkResponse> LinkedToService { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyList<LinkResponse> LinkedFromService { get; init; } = [];

    public required IReadOnlyList<BindingResponse> Bindings { get; init; }

    public required string RunCommand { get; init; }

    public required string Entrypoint { get; init; }

    public required string WorkingDir { get; init; }

    public required string User { get; init; }

    public required string Hostname { get; init; }

    public required string Domainname { get; init; }

    public string MacAddress { get; init; } = "";

    public required string CgroupParent { get; init; }

    public required double? Cpus { get; init; }

    public required int? CpuPeriod { get; init; }

    public required int? CpuQuota { get; init; }

    public required string CpusetMems { get; init; }

    public required int? PidsLimit { get; init; }

    /// <summary>Bytes.</summary>
    public required long? MemReservation { get; init; }

    public required int? MemSwappiness { get; init; }

    public required bool OomKillDisable { get; init; }

    public required int? OomScoreAdj { get; init; }

    public required BlockIoResponse? BlkioConfig { get; init; }

    public required IReadOnlyDictionary<string, UserLimitResponse> Ulimits { get; init; }

    public required bool? Init { get; init; }

    public required string StopSignal { get; init; }

    /// <summary>Bytes.</summary>
    public required long? ShmSize { get; init; }

    public required IReadOnlyList<string> Tmpfs { get; init; }

    public required IReadOnlyDictionary<string, string> Sysctls { get; init; }

    /// <summary>Where Docker writes its output; null: the instance's default.</summary>
    public required LoggingResponse? Logging { get; init; }

    /// <summary>Empty: as autorestart says.</summary>
    public required string Restart { get; init; }

    public required IReadOnlyList<string> GroupAdd { get; init; }

    public required string Ipc { get; init; }

    public required string Uts { get; init; }

    public required string UsernsMode { get; init; }

    public required string Cgroup { get; init; }

    public required string Runtime { get; init; }

    public required IReadOnlyList<string> DeviceCgroupRules { get; init; }

    public required IReadOnlyList<DeviceRequestResponse> Gpus { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required IReadOnlyDictionary<string, string> StorageOpt { get; init; }

    public required IReadOnlyList<string> DnsOpt { get; init; }

    public required string Net { get; init; }

    public required string Pid { get; init; }

    public required bool Privileged { get; init; }

    public required bool ReadOnly { get; init; }

    public required bool StdinOpen { get; init; }

    public required bool Tty { get; init; }

    public required int? CpuShares { get; init; }

    public required int? Memory { get; init; }

    public required int? MemorySwap { get; init; }

    public required string Cpuset { get; init; }

    public required IReadOnlyList<string> CapAdd { get; init; }

    public required IReadOnlyList<string> CapDrop { get; init; }

    public required IReadOnlyList<string> Devices { get; init; }

    public required IReadOnlyList<string> Dns { get; init; }

    public required IReadOnlyList<string> DnsSearch { get; init; }

    public required IReadOnlyList<string> ExtraHosts { get; init; }

    public required IReadOnlyList<string> SecurityOpt { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyList<TagResponse> Tags { get; init; }

    /// <summary>Always null: there are no stacks.</summary>
    public string? Stack { get; init; }

    /// <summary>Always null.</summary>
    public string? PublicDns { get; init; }

    public required string? DeployedDatetime { get; init; }

    public required string? StartedDatetime { get; init; }

    public required string? StoppedDatetime { get; init; }

    public required string? DestroyedDatetime { get; init; }

    /// <summary>Always empty; /api/audit/v1/action/?object=… lists them.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Always empty.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Always empty.</summary>
    public IReadOnlyList<string> Webhooks { get; init; } = [];

    public static ServiceResponse From(Service service)
    {
        var settings = service.Settings;
        var container = settings.Container;
        var options = container.Options;
        var uri = ResourceUris.For(ResourceUris.Service, service.Uuid);
        var running = service.Containers.Count(c => c.Running);
        return new ServiceResponse
        {
            Uuid = service.Uuid,
            ResourceUri = uri,
            Name = service.Name,
            Nickname = settings.Nickname,
            UniqueName = service.Name,
            Engine = service.Settings.Engine,
            ImageName = service.RunningImage.ToString(),
            State = service.Status.Format(),
            Synchronized = service.Synchronized,
            Autoredeploy = settings.Autoredeploy,
            TagPolicy = settings.TagPolicy,
            PollSeconds = settings.PollSeconds,
            GitRepository = GitSourceResponse.From(settings.Git),
            DeploymentRestrictions = [.. settings.Restrictions.Select(RestrictionResponse.From)],
            AvailableVersion = VersionResponse.From(service.Available),
            HeldVersion = HeldVersionResponse.From(service.Held),
            DeployWindows = [.. settings.Windows.Select(WindowResponse.Create)],
            Frozen = settings.Frozen,
            Approval = ServiceBinding.Approvals[settings.ApprovalRequired ? 1 : 0],
            Verify = VerifyResponse.From(settings.Verify),
            CurrentVersion = VersionResponse.From(service.Current),
            PreviousVersions = [.. service.Previous.Select(version => VersionResponse.From(version)!)],
            RolledBackFrom = VersionResponse.From(service.RolledBackFrom),
            HealthCheck = HealthCheckResponse.From(settings.HealthCheck),
            StopTimeout = settings.StopTimeout,
            StableSeconds = settings.StableSeconds,
            BakeSeconds = settings.BakeSeconds,
            Overlap = ServiceBinding.Overlaps[(int)settings.Overlap],
            DeployGroup = settings.DeployGroup,
            PreDeploy = settings.PreDeploy,
            PostDeploy = settings.PostDeploy,
            CommandTimeout = settings.Limits.Command,
            PullTimeout = settings.Limits.Pull,
            BuildTimeout = settings.Limits.Build,
            ProveTimeout = settings.Limits.Prove,
            DeploymentTimeout = settings.Limits.Whole,
            Autorestart = container.Autorestart switch
            {
                Services.AutorestartPolicy.Always => "ALWAYS",
                Services.AutorestartPolicy.OnFailure => "ON_FAILURE",
                _ => "OFF",
            },
            SequentialDeployment = settings.Sequential,
            DeploymentStrategy = settings.Strategy,
            TargetNumContainers = settings.TargetContainers,
            CurrentNumContainers = service.Containers.Length,
            RunningNumContainers = running,
            StoppedNumContainers = service.Containers.Length - running,
            Containers = [.. service.Containers.Select(c => ResourceUris.For(ResourceUris.Container, c.Uuid))],
            ContainerPorts = [.. container.Ports.Select(PortResponse.From)],
            ContainerEnvvars = [.. container.Environment.Select(v => new VariableResponse(v.Key, v.Value))],
            CalculatedEnvvars = [.. container.Environment.Select(v => new CalculatedVariableResponse(v.Key, v.Value, "user"))],
            LinkedToService =
            [
                .. settings.Links.Select(l => new LinkResponse(uri, l.Name, ResourceUris.For(ResourceUris.Service, l.ServiceId))),
            ],
            Bindings = [.. container.Bindings.Select(BindingResponse.From)],
            RunCommand = container.RunCommand,
            Entrypoint = container.Entrypoint,
            WorkingDir = container.WorkingDirectory,
            User = container.User,
            Hostname = container.Hostname,
            Domainname = container.DomainName,
            Net = container.HostNetwork ? "host" : "bridge",
            Pid = container.HostPid ? "host" : "none",
            Privileged = container.Privileged,
            ReadOnly = container.ReadOnly,
            StdinOpen = container.OpenStdin,
            Tty = container.Tty,
            CpuShares = container.CpuShares,
            Memory = container.Memory,
            MemorySwap = container.MemorySwap,
            Cpuset = container.CpuSet,
            CapAdd = container.CapAdd,
            CapDrop = container.CapDrop,
            Devices = container.Devices,
            Dns = container.Dns,
            DnsSearch = container.DnsSearch,
            ExtraHosts = container.ExtraHosts,
            SecurityOpt = container.SecurityOptions,
            Labels = container.Labels,
            CgroupParent = options.CgroupParent,
            Cpus = options.Cpus,
            CpuPeriod = options.CpuPeriod,
            CpuQuota = options.CpuQuota,
            CpusetMems = options.CpuSetMemories,
            PidsLimit = options.PidsLimit,
            MemReservation = options.MemoryReservation,
            MemSwappiness = options.MemorySwappiness,
            OomKillDisable = options.OomKillDisable,
            OomScoreAdj = options.OomScoreAdjustment,
            BlkioConfig = BlockIoResponse.From(options.BlockIo),
            Ulimits = options.UserLimits.ToDictionary(limit => limit.Name, limit => new UserLimitResponse(limit.Soft, limit.Hard)),
            Init = options.Init,
            StopSignal = options.StopSignal,
            ShmSize = options.SharedMemory,
            Tmpfs = options.TemporaryFileSystems,
            Sysctls = options.KernelParameters,
            Logging = options.Logging is { } logging ? new LoggingResponse(logging.Driver, logging.Options) : null,
            Restart = options.Restart,
            GroupAdd = options.Groups,
            Ipc = options.IpcMode,
            Uts = options.UtsMode,
            UsernsMode = options.UserNamespaceMode,
            Cgroup = options.CgroupMode,
            Runtime = options.Runtime,
            DeviceCgroupRules = options.DeviceRules,
            Gpus = [.. options.DeviceRequests.Select(DeviceRequestResponse.From)],
            Annotations = options.Annotations,
            StorageOpt = options.StorageOptions,
            DnsOpt = options.DnsOptions,
            Tags = [.. settings.Tags.Select(t => new TagResponse(t))],
            DeployedDatetime = ApiDates.Format(service.Deployed),
            StartedDatetime = ApiDates.Format(service.Started),
            StoppedDatetime = ApiDates.Format(service.Stopped),
            DestroyedDatetime = ApiDates.Format(service.Destroyed),
        };
    }
}
