using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Grains.Tests.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using AutoDeploy.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Grains.Tests.Volumes;

/// <summary>
/// One service with deployments as they are run, an engine and a ledger in memory, and a process that can be killed between any two calls.
/// </summary>
internal sealed class VolumeFixture
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<VolumeRecord> _records = [];
    private Deployment? _stored;

    public VolumeFixture(ContainerSettings? container = null) =>
        Service = new Service
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "db",
            Created = DateTimeOffset.UnixEpoch,
            VolumesRecorded = true,
            Settings = new ServiceSettings
            {
                Image = "reg.acme.com/db:1",
                StableSeconds = 0,
                Container = container ?? new ContainerSettings(),
            },
        };

    public FakeEngine Engine { get; } = new();

    public Service Service { get; set; }

    public List<string> Log { get; } = [];

    public IReadOnlyList<VolumeRecord> Records => _records;

    /// <summary>The digest of a version's image.</summary>
    public static string Digest(int version) => "sha256:" + version.ToString("x64", CultureInfo.InvariantCulture);

    public static ServiceVersion Version(int version) =>
        new()
        {
            Image = ImageName.Parse("reg.acme.com/db:1"),
            Digest = Digest(version),
            Time = DateTimeOffset.UnixEpoch,
        };

    public void Declare(int version, params string[] paths) => Engine.Declared[Version(version).Reference] = paths;

    public Task<DeploymentOutcome> Start(int version, (int, bool)? kill = null) =>
        Run(New(Operation.Start) with { Image = Service.Settings.Image, Digest = Digest(version) }, kill);

    /// <param name="resumed">The deployment that is gone on with, if it is not a new one.</param>
    public Task<DeploymentOutcome> Redeploy(
        int version,
        bool reuse = true,
        bool fails = false,
        (int, bool)? kill = null,
        Guid? resumed = null
    )
    {
        var deployment = New(Operation.Redeploy) with { Image = Service.Settings.Image, Digest = Digest(version), ReuseVolumes = reuse };
        if (resumed is { } uuid)
            deployment = deployment with { Uuid = uuid, Step = DeploymentStep.Replace };
        Engine.Failing = fails ? deployment.Uuid : null;
        return Run(deployment, kill);
    }

    public Task<DeploymentOutcome> RollBack((int, bool)? kill = null)
    {
        var to = RollbackTargets.FindPrevious(Service)!;
        return Run(New(Operation.Redeploy) with { Image = to.Image.ToString(), Digest = to.Digest, RollbackTime = to.Time }, kill);
    }

    public Task<DeploymentOutcome> Scale(int containers, (int, bool)? kill = null)
    {
        Service = Service with { Settings = Service.Settings with { TargetContainers = containers } };
        return Run(New(Operation.Scale), kill);
    }

    public Task<DeploymentOutcome> Terminate(bool volumes = false, (int, bool)? kill = null) =>
        Run(New(Operation.Terminate) with { RemoveVolumes = volumes }, kill);

    /// <summary>What goes on all the time: removes what was condemned when the process was killed.</summary>
    public void RemoveCondemned()
    {
        Engine.Volumes.ExceptWith(_records.Where(volume => volume.IsBeingRemoved).Select(volume => volume.Name));
        _records.RemoveAll(volume => volume.IsBeingRemoved);
    }

    private Deployment New(Operation operation) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Service.Uuid,
            Operation = operation,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause { Kind = CauseKind.Person, Text = "asked for" },
            Created = _clock.GetUtcNow(),
            Started = _clock.GetUtcNow(),
            LeaseEpoch = 1,
        };

    /// <summary>Runs it to its end; when the process is killed another one takes it up.</summary>
    private async Task<DeploymentOutcome> Run(Deployment deployment, (int, bool)? kill)
    {
        // versions differ in when they were proven
        _clock.Advance(TimeSpan.FromMinutes(1));
        _stored = deployment;
        Engine.Kill = kill;
        while (true)
            try
            {
                var outcome = await Attempt();
                Engine.Kill = null;
                Engine.Failing = null;
                Service = Service.Complete(outcome, _clock.GetUtcNow());
                return outcome;
            }
            catch (OrleansException) { }
    }

    private async Task<DeploymentOutcome> Attempt()
    {
        var run = new DeploymentRunner(Tools(), new CancellationSignals(), NullLogger.Instance).Run(
            _stored!,
            Service,
            CancellationToken.None
        );
        while (!run.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await run;
    }

    private DeploymentTools Tools() =>
        new(
            Fake.Create<ILedger>(
                (method, arguments) =>
                    method switch
                    {
                        nameof(ILedger.UpdateDeployment) => Engine.Call(() => (_stored = (Deployment)arguments[0]!) is not null),
                        nameof(ILedger.FindDeployment) => Task.FromResult(_stored),
                        nameof(ILedger.FindRegistry) => Task.FromResult<RegistryAccount?>(null),
                        nameof(ILedger.AppendLog) => Engine.Call(() => Log.AddRange((IReadOnlyList<string>)arguments[1]!)),
                        nameof(ILedger.KeepVolumes) => Engine.Call(() =>
                            Change(_ => true, volume => volume with { Released = null, RemoveAt = null })
                        ),
                        nameof(ILedger.ListVolumesOfService) => Engine.Call(() =>
                            (IReadOnlyList<VolumeRecord>)[.. _records.Where(volume => !volume.IsBeingRemoved)]
                        ),
                        nameof(ILedger.AddVolumes) => Engine.Call(() => Add((IReadOnlyList<VolumeRecord>)arguments[0]!)),
                        nameof(ILedger.MarkForRemoval) => Engine.Call(() =>
                            Change(((IReadOnlyCollection<Guid>)arguments[0]!).Contains, volume => volume with { IsBeingRemoved = true })
                        ),
                        nameof(ILedger.RemoveVolumeRecord) => Engine.Call(() =>
                            _records.RemoveAll(volume => volume.Uuid == (Guid)arguments[0]!)
                        ),
                        nameof(ILedger.ReleaseVolumes) => Engine.Call(() =>
                            Change(
                                _ => true,
                                volume => volume with { Released = (DateTimeOffset)arguments[1]!, RemoveAt = (DateTimeOffset)arguments[2]! }
                            )
                        ),
                        _ => null,
                    }
            ),
            new FakeEngineProvider(Engine, Engine, Engine),
            Fake.Create<IRegistry>((_, _) => null),
            Fake.Create<IGit>((_, _) => null),
            new BuildCoordinator(new DeploymentOptions()),
            new DeploymentOptions(),
            _clock,
            FakeGrains.Create(
                (typeof(IServiceGrain), _ => Fake.Create<IServiceGrain>((_, _) => Task.CompletedTask)),
                (typeof(IOrganizationGrain), _ => Fake.Create<IOrganizationGrain>((_, _) => Task.FromResult(new OrganizationSettings())))
            )
        );

    private void Add(IReadOnlyList<VolumeRecord> volumes) =>
        _records.AddRange(
            volumes.Where(volume =>
                _records.All(known =>
                    known.Name != volume.Name
                    && (known.IsBeingRemoved || (known.Slot, known.Generation, known.Path) != (volume.Slot, volume.Generation, volume.Path))
                )
            )
        );

    private void Change(Func<Guid, bool> which, Func<VolumeRecord, VolumeRecord> how)
    {
        for (var i = 0; i < _records.Count; i++)
            if (which(_records[i].Uuid))
                _records[i] = how(_records[i]);
    }
}
