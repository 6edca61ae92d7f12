using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>For whom a deployment waits whose service is linked to others that the same push concerns.</summary>
public class DependencyGateTests
{
    private readonly MemoryLedger _ledger = new();
    private readonly DelaySkippingTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly Dictionary<string, Service> _services = [];
    private readonly List<string> _log = [];
    private readonly Guid _pushId = Guid.NewGuid();

    [Fact]
    public async Task A_deployment_by_a_person_waits_for_nobody()
    {
        var (web, api) = (Guid.NewGuid(), Guid.NewGuid());
        AddService(api);
        AddDeployment(api, DeploymentStep.Replace);
        await Wait(AddService(web, api), CauseKind.Person);
        Assert.Empty(_log);
    }

    [Fact]
    public async Task It_waits_until_the_other_serves()
    {
        var (web, api) = (Guid.NewGuid(), Guid.NewGuid());
        AddService(api);
        var other = AddDeployment(api, DeploymentStep.Replace);
        var looks = 0;
        _ledger.Failures["FindDeployment"] = _ =>
        {
            if (++looks == 3)
                _ledger.Put(other with { Step = DeploymentStep.Group });
            return null;
        };
        await Wait(AddService(web, api));
        Assert.Equal(3, looks);
        Assert.Equal([$"Waiting for {api}, which it is linked to."], _log);
    }

    [Fact]
    public async Task It_does_not_wait_for_one_that_has_ended_or_that_the_push_skips()
    {
        var (web, api, store) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        AddService(api);
        AddService(store);
        _ledger.Put(AddDeployment(api, DeploymentStep.Replace) with { State = DeploymentState.Failed });
        await Wait(AddService(web, api, store));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Services_that_are_linked_in_a_circle_have_no_order()
    {
        var (web, api, store) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        AddService(api, store);
        AddService(store, web);
        AddDeployment(api, DeploymentStep.Replace);
        await Wait(AddService(web, api));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task It_waits_for_a_verdict_that_is_missing_and_no_longer_than_the_whole_deployment_may_take()
    {
        var (web, api) = (Guid.NewGuid(), Guid.NewGuid());
        AddService(api);
        var service = AddService(web, api);
        _ledger.Add(
            new Sources.Push
            {
                Uuid = _pushId,
                Sender = "test",
                Delivery = "1",
                Source = "docker.io/acme/api",
                Received = default,
            }
        );
        var begun = _time.GetUtcNow();
        await Wait(service);
        Assert.InRange(_time.GetUtcNow() - begun, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));

        // one that never comes to its end is waited for, for as long as this one may take as a whole
        AddDeployment(api, DeploymentStep.Replace);
        begun = _time.GetUtcNow();
        await Wait(service);
        var whole = TimeSpan.FromSeconds(service.Settings.Limits.Whole);
        Assert.InRange(_time.GetUtcNow() - begun, whole, whole + TimeSpan.FromMinutes(1));
    }

    private Task Wait(Service service, CauseKind cause = CauseKind.Push)
    {
        var grains = FakeGrains.Create(
            (typeof(IServiceGrain), key => Fake.Create<IServiceGrain>((_, _) => Task.FromResult(_services.GetValueOrDefault((string)key))))
        );
        var deployment = CreateDeployment(service.Uuid, DeploymentStep.None) with
        {
            Cause = new DeploymentCause { Kind = cause, PushId = cause == CauseKind.Push ? _pushId : null },
        };
        return new DependencyGate(_ledger.Create(), grains, _time).Wait(
            deployment,
            service,
            line =>
            {
                _log.Add(line);
                return Task.CompletedTask;
            },
            default
        );
    }

    private Service AddService(Guid serviceId, params Guid[] linkedTo) =>
        _services[serviceId.ToString()] = new Service
        {
            Uuid = serviceId,
            Organization = "default",
            Name = serviceId.ToString(),
            Settings = new ServiceSettings
            {
                Image = "docker.io/acme/api:latest",
                Links = [.. linkedTo.Select(target => new ServiceLink(target, target.ToString()))],
            },
            Created = default,
        };

    private Deployment AddDeployment(Guid serviceId, DeploymentStep step)
    {
        var deployment = CreateDeployment(serviceId, step);
        _ledger.Put(deployment);
        _ledger.Put(
            new Verdict
            {
                Uuid = Guid.NewGuid(),
                PushId = _pushId,
                ServiceId = serviceId,
                Kind = VerdictKind.Deploy,
                Reason = VerdictReasons.New,
                Detail = "",
                DeploymentId = deployment.Uuid,
                Received = default,
            }
        );
        return deployment;
    }

    private Deployment CreateDeployment(Guid serviceId, DeploymentStep step) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Step = step,
            Cause = new DeploymentCause { Kind = CauseKind.Push, PushId = _pushId },
            Created = default,
        };
}
