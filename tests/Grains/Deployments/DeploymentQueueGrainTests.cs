using AutoDeploy.Deployments;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>Who may work on an engine, across calls that give up and processes that die.</summary>
[Collection(GrainCluster.Name)]
public class DeploymentQueueGrainTests(GrainCluster cluster)
{
    private readonly string _engine = $"engine-{Guid.NewGuid():n}";

    private IDeploymentQueueGrain Queue => cluster.Grains.GetGrain<IDeploymentQueueGrain>(_engine);

    [Fact]
    public async Task Who_leaves_lets_the_next_in_and_persons_come_before_pushes()
    {
        var inside = new List<Guid>();
        for (var place = 0; place < GrainCluster.MaxConcurrentDeployments; place++)
        {
            inside.Add(Guid.NewGuid());
            cluster.Ledger.Put(CreateDeployment(inside[^1]));
            Assert.Equal(0, await Queue.Enter(inside[^1], byPerson: false));
        }

        var (push, person) = (Guid.NewGuid(), Guid.NewGuid());
        cluster.Ledger.Put(CreateDeployment(push));
        cluster.Ledger.Put(CreateDeployment(person));
        var pushEnters = Queue.Enter(push, byPerson: false);
        await Eventually.Until(async () => (await Queue.ListWaiting()).Contains(push));
        var personEnters = Queue.Enter(person, byPerson: true);
        await Eventually.Until(async () => (await Queue.ListWaiting()).Length == 2);
        Assert.Equal(person, (await Queue.ListWaiting())[0]);

        await Queue.Leave(inside[0]);
        Assert.Equal(0, await personEnters);
        // one that is canceled goes from where it waits
        await Queue.Leave(push);
        Assert.Equal(0, await pushEnters);
        Assert.Empty(await Queue.ListWaiting());
    }

    [Fact]
    public async Task The_place_of_a_deployment_that_ended_in_a_crash_is_given_to_the_next()
    {
        for (var place = 0; place < GrainCluster.MaxConcurrentDeployments; place++)
            await Queue.Hold(Guid.NewGuid());
        // none of them is open in the ledger: the next call that has waited its time finds that out
        var next = Guid.NewGuid();
        cluster.Ledger.Put(CreateDeployment(next));
        Assert.Equal(0, await Queue.Enter(next, byPerson: false));
    }

    [Fact]
    public async Task After_a_restart_those_are_inside_that_are_in_progress()
    {
        for (var place = 0; place < GrainCluster.MaxConcurrentDeployments; place++)
            cluster.Ledger.Put(CreateDeployment(Guid.NewGuid()) with { State = DeploymentState.InProgress, Step = DeploymentStep.Replace });
        cluster.Ledger.Put(CreateDeployment(Guid.NewGuid()) with { State = DeploymentState.InProgress, Step = DeploymentStep.Bake });
        var next = Guid.NewGuid();
        cluster.Ledger.Put(CreateDeployment(next));
        Assert.Equal(1, await Queue.Enter(next, byPerson: false));
    }

    private Deployment CreateDeployment(Guid uuid) =>
        new()
        {
            Uuid = uuid,
            ServiceId = Guid.NewGuid(),
            Operation = Operation.Redeploy,
            State = DeploymentState.Pending,
            Cause = new DeploymentCause { Kind = CauseKind.Push },
            Created = default,
            Engine = _engine,
        };
}
