using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Grains.Tests.Services;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Statuses;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Events;

/// <summary>What those are told who want to know what happens to services: people, and the hosts of their commits.</summary>
[Collection(GrainCluster.Name)]
public class ConsumerGrainTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_notification_is_told_what_it_wants_once_and_tried_again_until_it_takes_it()
    {
        var service = await ServiceScenario.Start(cluster);
        var notification = CreateNotification(service, NotificationKind.Succeeded);
        var answers = new Queue<DeliveryResult>([DeliveryResult.CreateFailure("It is away."), new DeliveryResult { IsDelivered = true }]);
        cluster.NotifierAnswers[notification.Uuid] = () =>
            answers.Count > 0 ? answers.Dequeue() : new DeliveryResult { IsDelivered = true };
        var grain = cluster.Grains.GetGrain<INotificationGrain>(notification.Uuid.ToString());

        service.Means("latest", 2);
        var deployment = await service.Run(Operation.Redeploy);
        await grain.Wake();
        await Eventually.Until(() => cluster.Ledger.FindCursor(notification.Uuid)?.Delivered is not null);
        await grain.Wake();
        var told = cluster.Messages.Where(one => one.Notification.Uuid == notification.Uuid).Select(one => one.Message).ToList();
        Assert.Equal(2, told.Count);
        Assert.All(told, message => Assert.Equal($"succeeded_{deployment.Uuid:N}", message.Id));
        Assert.Contains($"{service.Name}: redeploy to acme/", told[0].Text);
    }

    [Fact]
    public async Task A_notification_can_be_tested_while_it_is_there()
    {
        var service = await ServiceScenario.Create(cluster);
        var notification = CreateNotification(service);
        var grain = cluster.Grains.GetGrain<INotificationGrain>(notification.Uuid.ToString());
        Assert.True((await grain.SendTest())!.IsDelivered);
        cluster.Notifications.TryRemove(notification.Uuid, out _);
        Assert.Null(await grain.SendTest());
        // and one that is gone is told nothing
        await grain.Wake();
    }

    [Fact]
    public async Task A_git_host_is_told_each_state_of_its_commits_once()
    {
        var service = await ServiceScenario.Create(cluster, isGit: true);
        var host = new GitHost
        {
            Uuid = Guid.NewGuid(),
            Organization = service.Organization,
            Credential = new GitCredential { Host = "git.acme.com", Password = "secret" },
            CommitStatuses = default(GitHostKind),
            Created = default,
        };
        cluster.Ledger.GitHosts[host.Uuid] = host;
        cluster.Ledger.Put(new EventCursor { ConsumerId = host.Uuid, Position = 0 });
        await service.Run(Operation.Start);
        var grain = cluster.Grains.GetGrain<IStatusGrain>(host.Uuid.ToString());
        await grain.Wake();
        await Eventually.Until(() =>
            cluster.Statuses.Any(one => one.Host.Uuid == host.Uuid && one.Status.State == DeploymentState.Success)
        );
        var states = cluster.Statuses.Where(one => one.Host.Uuid == host.Uuid).Select(one => one.Status.State).ToList();
        Assert.Equal(states.Distinct(), states);
        Assert.All(
            cluster.Statuses.Where(one => one.Host.Uuid == host.Uuid),
            one => Assert.Equal((ServiceScenario.CreateCommit(1), $"autodeploy/{service.Name}"), (one.Status.Commit, one.Status.Name))
        );
    }

    [Fact]
    public async Task A_git_host_that_is_gone_is_told_nothing() =>
        await cluster.Grains.GetGrain<IStatusGrain>(Guid.NewGuid().ToString()).Wake();

    private Notification CreateNotification(ServiceScenario service, params NotificationKind[] kinds)
    {
        var notification = new Notification
        {
            Uuid = Guid.NewGuid(),
            Organization = service.Organization,
            Type = NotificationType.Webhook,
            Events = [.. kinds],
            Created = default,
        };
        cluster.Notifications[notification.Uuid] = notification;
        cluster.Ledger.Put(new EventCursor { ConsumerId = notification.Uuid, Position = cluster.Ledger.Events.Count });
        return notification;
    }
}
