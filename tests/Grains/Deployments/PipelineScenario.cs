using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using AutoDeploy.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>One deployment of one service on a fake engine, registry and ledger, run as its grain runs it.</summary>
internal sealed class PipelineScenario
{
    public const string OldDigest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    public const string NewDigest = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    public const string OldCommit = "1111111111111111111111111111111111111111";
    public const string NewCommit = "2222222222222222222222222222222222222222";

    private static readonly ImageName Image = ImageName.Parse("docker.io/acme/api:latest");

    private readonly List<DeployGroupReply> _groupReplies = [];
    private readonly Dictionary<string, VolumeRecord> _volumes = [];
    private readonly Dictionary<string, string> _builds = [];

    public PipelineScenario(
        Func<ServiceSettings, ServiceSettings>? settings = null,
        Operation operation = Operation.Redeploy,
        bool isGit = false,
        bool isFirst = false
    )
    {
        Engine = new FakeEngine(Faults, Time);
        var set = new ServiceSettings
        {
            Image = isGit ? null : Image.ToString(),
            Git = isGit ? Source : null,
            Autoredeploy = true,
        };
        var serviceId = Guid.NewGuid();
        var current = new ServiceVersion
        {
            Image = isGit ? ImageName.Parse($"docker.io/autodeploy/api:{OldCommit[..12]}") : Image,
            Digest = OldDigest,
            Commit = isGit ? OldCommit : null,
            Time = Time.GetUtcNow().AddDays(-1),
        };
        Service = new Service
        {
            Uuid = serviceId,
            Organization = "default",
            Name = "api",
            Settings = settings?.Invoke(set) ?? set,
            Created = Time.GetUtcNow(),
            WantsToRun = !isFirst,
            Current = isFirst ? null : current,
            Status = isFirst ? ServiceStatus.NotRunning : ServiceStatus.Running,
        };
        if (!isFirst)
        {
            Engine.Images.Add(current.Reference);
            for (var slot = 1; slot <= Service.Settings.TargetContainers; slot++)
                Engine.Add($"api-{slot}", serviceId, slot, OldDigest);
        }

        SeeContainers();
        Stored = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId,
            Operation = operation,
            State = DeploymentState.InProgress,
            Created = Time.GetUtcNow(),
            Started = Time.GetUtcNow(),
            Cause = new DeploymentCause { Kind = CauseKind.Push, PushId = Guid.NewGuid() },
            Commit = isGit ? NewCommit : null,
        };
    }

    private static GitSource Source { get; } = new() { Url = "https://git.acme.com/acme/api.git", Branch = "main" };

    public SteppingTime Time { get; } = new();

    public FaultPlan Faults { get; } = new();

    public FakeEngine Engine { get; }

    public Service Service { get; set; }

    /// <summary>The deployment as the ledger has it.</summary>
    public Deployment Stored { get; set; }

    public List<string> Log { get; } = [];

    /// <summary>What the registry says that the tag means, or how it fails.</summary>
    public Func<string> Registry { get; set; } = () => NewDigest;

    public OrganizationSettings Organization { get; set; } = new();

    /// <summary>What the registry says of an image's signatures, by the first of the keys, or how it fails.</summary>
    public Func<string, SignatureCheck> Signatures { get; set; } = _ => throw new NotSupportedException("No signature is required.");

    /// <summary>What the deploy group says, call by call; the last is repeated.</summary>
    public void GroupSays(params IEnumerable<DeployGroupReply> replies) => _groupReplies.AddRange(replies);

    public CancellationSignals Signals { get; private set; } = new();

    public bool HasLeftQueue { get; private set; }

    /// <summary>The grain has what the engine has.</summary>
    public void SeeContainers() =>
        Service = Service with { Containers = ContainerViewMapper.From([.. Engine.Containers.Where(c => c.Labels.Slot > 0)]) };

    /// <summary>Runs until the end, and again from what is stored each time the process dies.</summary>
    public DeploymentOutcome Run()
    {
        while (true)
        {
            try
            {
                return RunOnce();
            }
            catch (FaultPlan.ProcessDiedException)
            {
                Signals = new CancellationSignals();
                if (Stored.CancelRequestedBy is { } by)
                    _ = Signals.Cancel(by);
            }
        }
    }

    /// <summary>Runs until the end, or until the process dies.</summary>
    public DeploymentOutcome RunOnce()
    {
        // continuations run where the clock is stepped, one after the other
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Stored = Stored with { LeaseEpoch = Stored.LeaseEpoch + 1 };
            var run = new DeploymentRunner(Tools(), Signals, NullLogger.Instance).Run(Stored, Service, CancellationToken.None);
            while (!run.IsCompleted)
            {
                // a build runs on a thread of its own
                if (!Time.Step(TimeSpan.FromMinutes(1)))
                    Thread.Yield();
            }

            return run.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>What the steps of a run share that goes on from what is stored.</summary>
    public DeploymentContext CreateContext() => new(Stored, Service, Tools(), Signals, engineWasAway: false, CancellationToken.None);

    private DeploymentTools Tools()
    {
        var options = new DeploymentOptions();
        return new DeploymentTools(
            FakeLedger(),
            new FakeEngineProvider(Engine, Engine, Engine),
            FakeRegistry(),
            FakeGit(),
            new BuildCoordinator(options),
            options,
            Time,
            FakeGrains.Create(
                (
                    typeof(IServiceGrain),
                    _ =>
                        Fake.Create<IServiceGrain>(
                            (method, _) =>
                                method switch
                                {
                                    nameof(IServiceGrain.RecordResolvedVersion) => Task.CompletedTask,
                                    nameof(IServiceGrain.Get) => Task.FromResult<Service?>(Service),
                                    _ => null,
                                }
                        )
                ),
                (typeof(IOrganizationGrain), _ => Fake.Create<IOrganizationGrain>((_, _) => Task.FromResult(Organization))),
                (
                    typeof(IDeploymentQueueGrain),
                    _ =>
                        Fake.Create<IDeploymentQueueGrain>(
                            (_, _) =>
                            {
                                HasLeftQueue = true;
                                return Task.CompletedTask;
                            }
                        )
                ),
                (
                    typeof(IDeployGroupGrain),
                    _ =>
                        Fake.Create<IDeployGroupGrain>(
                            (method, _) =>
                                method == nameof(IDeployGroupGrain.ReportReady) ? Task.FromResult(NextReply()) : Task.FromResult(true)
                        )
                )
            )
        );
    }

    private DeployGroupReply NextReply()
    {
        var reply = _groupReplies[0];
        if (_groupReplies.Count > 1)
            _groupReplies.RemoveAt(0);
        return reply;
    }

    private ILedger FakeLedger() =>
        Fake.Create<ILedger>(
            (method, arguments) =>
            {
                switch (method)
                {
                    case nameof(ILedger.AppendLog):
                        Log.AddRange((IReadOnlyList<string>)arguments[1]!);
                        return Task.CompletedTask;
                    case nameof(ILedger.FindDeployment):
                        return Task.FromResult<Deployment?>(Stored);
                    case nameof(ILedger.UpdateDeployment):
                        var changed = (Deployment)arguments[0]!;
                        if (changed.LeaseEpoch != Stored.LeaseEpoch)
                            return Task.FromResult(false);
                        return Then(
                            Faults.Run(
                                $"store {changed.Step.GetName()}",
                                () => Stored = changed with { CancelRequestedBy = Stored.CancelRequestedBy }
                            ),
                            true
                        );
                    case nameof(ILedger.KeepVolumes):
                    case nameof(ILedger.ReleaseVolumes):
                    case nameof(ILedger.MarkForRemoval):
                    case nameof(ILedger.ForgetBuild):
                        return Task.CompletedTask;
                    case nameof(ILedger.ListVolumesOfService):
                        return Task.FromResult<IReadOnlyList<VolumeRecord>>([.. _volumes.Values]);
                    case nameof(ILedger.AddVolumes):
                        return Faults.Run(
                            "add volumes",
                            () =>
                            {
                                foreach (var volume in (IReadOnlyList<VolumeRecord>)arguments[0]!)
                                    _volumes.TryAdd(volume.Name, volume);
                            }
                        );
                    case nameof(ILedger.RemoveVolumeRecord):
                        return Faults.Run(
                            "forget volume",
                            () => _volumes.Remove(_volumes.Values.Single(volume => volume.Uuid == (Guid)arguments[0]!).Name)
                        );
                    case nameof(ILedger.FindBuild):
                        return Task.FromResult(_builds.GetValueOrDefault((string)arguments[1]!));
                    case nameof(ILedger.RecordBuild):
                        return Faults.Run("record build", () => _builds[(string)arguments[1]!] = (string)arguments[2]!);
                    case nameof(ILedger.FindRegistry):
                        return Task.FromResult<RegistryAccount?>(null);
                    case nameof(ILedger.ListRegistries):
                        return Task.FromResult(new Page<RegistryAccount>(0, []));
                    case nameof(ILedger.ListGitHosts):
                        return Task.FromResult(new Page<GitHost>(0, []));
                    default:
                        return null;
                }
            }
        );

    private IRegistry FakeRegistry() =>
        Fake.Create<IRegistry>(
            (method, arguments) =>
                method switch
                {
                    nameof(IRegistry.Resolve) => Then(Faults.Run("resolve", () => { }), Registry),
                    nameof(IRegistry.CheckSignature) => Then(
                        Faults.Run("check signature", () => { }),
                        () => Signatures(((IReadOnlyList<string>)arguments[1]!)[0])
                    ),
                    _ => null,
                }
        );

    private IGit FakeGit() =>
        Fake.Create<IGit>(
            (method, _) =>
                method switch
                {
                    nameof(IGit.Fetch) => Then(Faults.Run("fetch", () => { }), new GitCommit(NewCommit, Time.GetUtcNow(), "Change it")),
                    nameof(IGit.Compare) => Then(Faults.Run("compare", () => { }), new GitDifference(["a"], GitRelation.Newer)),
                    nameof(IGit.OpenContext) => Task.FromResult(new BuildContext(Stream.Null, "Dockerfile")),
                    _ => null,
                }
        );

    private static Task<T> Then<T>(Task first, T value) => Then(first, () => value);

    private static async Task<T> Then<T>(Task first, Func<T> value)
    {
        await first;
        return value();
    }
}
