using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Services;

/// <summary>A service of one test on the shared silo, with an image, or a repository, of its own.</summary>
internal sealed class ServiceScenario
{
    private readonly GrainCluster _cluster;

    private ServiceScenario(GrainCluster cluster, string? organization)
    {
        _cluster = cluster;
        Organization = organization ?? $"org-{Uuid:n}";
    }

    public Guid Uuid { get; } = Guid.NewGuid();

    public string Name => $"svc-{Uuid:n}";

    public string Organization { get; }

    /// <summary>As pushes have it.</summary>
    public string Source => $"docker.io/acme/{Uuid:n}";

    public string Repository => $"git.acme.com/acme/{Uuid:n}";

    public IServiceGrain Grain => _cluster.Grains.GetGrain<IServiceGrain>(Uuid.ToString());

    /// <summary>A service that was not started; its tag <c>latest</c> means version 1.</summary>
    public static async Task<ServiceScenario> Create(
        GrainCluster cluster,
        Func<ServiceSettings, ServiceSettings>? settings = null,
        bool isGit = false,
        string? organization = null
    )
    {
        var service = new ServiceScenario(cluster, organization);
        service.Means("latest", 1);
        var set = new ServiceSettings
        {
            Image = isGit ? null : $"{service.Source}:latest",
            Git = isGit ? new GitSource { Url = $"https://{service.Repository}.git", Branch = "main" } : null,
            Autoredeploy = true,
            TagPolicy = isGit ? null : "same",
            StableSeconds = 0,
        };
        cluster.Commits[service.Repository] = new GitCommit(CreateCommit(1), cluster.Time.GetUtcNow(), "Change it");
        var reply = await service.Grain.Create(service.Organization, service.Name, settings?.Invoke(set) ?? set);
        Assert.Null(reply.Refusal);
        return service;
    }

    /// <summary>A service that runs version 1.</summary>
    public static async Task<ServiceScenario> Start(
        GrainCluster cluster,
        Func<ServiceSettings, ServiceSettings>? settings = null,
        bool isGit = false,
        string? organization = null
    )
    {
        var service = await Create(cluster, settings, isGit, organization);
        var deployment = await service.Run(new StartCommand { Cause = ByPerson, Force = true });
        Assert.Equal(
            (DeploymentState.Success, ""),
            (deployment.State, deployment.State == DeploymentState.Success ? "" : deployment.Result)
        );
        return service;
    }

    public static string CreateDigest(int version) => $"sha256:{version.ToString(CultureInfo.InvariantCulture).PadLeft(64, '0')}";

    public static string CreateCommit(int version) => version.ToString(CultureInfo.InvariantCulture).PadLeft(40, '0');

    /// <summary>The cause of what is not asked for by a trigger.</summary>
    public static DeploymentCause ByPerson { get; } =
        new()
        {
            Kind = CauseKind.Person,
            Text = "by ida",
            User = "ida",
        };

    /// <summary>What the registry says that a tag means.</summary>
    public void Means(string tag, int version) => _cluster.Digests[$"{Source}:{tag}"] = CreateDigest(version);

    public async Task<Service> Get() => (await Grain.Get())!;

    public Task<ServiceReply> Begin(Operation operation) => Begin(CreateCommand(operation));

    public Task<ServiceReply> Begin(OperationCommand command) => Grain.Begin(command);

    public Task<ServiceReply> Trigger(Operation operation = Operation.Redeploy) =>
        Grain.BeginTriggered(
            CreateCommand(operation) with
            {
                Cause = new DeploymentCause { Kind = CauseKind.Trigger, Text = "the trigger ci" },
            }
        );

    /// <summary>Begins an operation that must not be refused, and waits for its end.</summary>
    public async Task<Deployment> Run(OperationCommand command)
    {
        var reply = await Begin(command);
        Assert.Null(reply.Refusal);
        return await End(reply.DeploymentId!.Value);
    }

    public Task<Deployment> Run(Operation operation) => Run(CreateCommand(operation));

    /// <summary>The deployment when it has ended and the service has taken note.</summary>
    public async Task<Deployment> End(Guid deploymentId)
    {
        await Eventually.Until(() => _cluster.Ledger.Find(deploymentId) is { HasEnded: true }, $"{deploymentId} has ended");
        await Eventually.Until(
            async () =>
                await Grain.Get()
                    is {
                        Status: not (ServiceStatus.Starting or ServiceStatus.Redeploying or ServiceStatus.Stopping or ServiceStatus.Scaling)
                    },
            $"{Name} is at rest"
        );
        return _cluster.Ledger.Find(deploymentId)!;
    }

    public Push CreatePush(int? version, string tag = "latest") =>
        new()
        {
            Uuid = Guid.CreateVersion7(),
            Sender = "test",
            Delivery = Guid.NewGuid().ToString(),
            Source = Source,
            Tag = tag,
            Digest = version is { } number ? CreateDigest(number) : null,
            Received = _cluster.Time.GetUtcNow(),
            Organization = Organization,
        };

    public Push CreateGitPush(int version, string branch = "main") =>
        CreatePush(null) with
        {
            Source = RepositoryName.Parse($"https://{Repository}").Source,
            Tag = "",
            Ref = GitRefs.Heads + branch,
            Commit = CreateCommit(version),
        };

    /// <summary>Records a push, wakes the grain of its source, and waits for the verdict.</summary>
    public async Task<Verdict> Push(Push push)
    {
        _cluster.Ledger.Add(push);
        await (
            push.IsGit
                ? _cluster.Grains.GetGrain<IRepositoryGrain>(push.Source).Wake()
                : _cluster.Grains.GetGrain<IImageGrain>(push.Source).Wake()
        );
        await Eventually.Until(() => _cluster.Ledger.IsComplete(push.Uuid), $"{push} has its verdicts");
        return _cluster.Ledger.Find(push.Uuid, Uuid)!;
    }

    private static OperationCommand CreateCommand(Operation operation) =>
        operation switch
        {
            Operation.Start => new StartCommand { Cause = ByPerson },
            Operation.Stop => new StopCommand { Cause = ByPerson },
            Operation.Scale => new ScaleCommand { Cause = ByPerson },
            Operation.Terminate => new TerminateCommand { Cause = ByPerson },
            _ => new RedeployCommand { Cause = ByPerson },
        };
}
