using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Notifications;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Notifications;

/// <summary>Which events people are told of, and in which words.</summary>
public class NotificationMessageFactoryTests
{
    private static readonly Guid Id = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private static readonly Deployment Redeploy = new()
    {
        Uuid = Id,
        ServiceId = Guid.NewGuid(),
        Operation = Operation.Redeploy,
        State = DeploymentState.Failed,
        Cause = new DeploymentCause { Kind = CauseKind.Push, Text = "push of acme/api:latest" },
        Image = "docker.io/acme/api:latest",
        Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        Result = "The new container exited with code 3.",
        Created = default,
    };

    public static TheoryData<Deployment, NotificationKind?> Kinds() =>
        new()
        {
            { Redeploy with { State = DeploymentState.Pending }, null },
            { Redeploy with { State = DeploymentState.InProgress }, NotificationKind.Started },
            { Redeploy with { State = DeploymentState.Success }, NotificationKind.Succeeded },
            { Redeploy with { State = DeploymentState.Success, RollbackTime = default(DateTimeOffset) }, NotificationKind.RolledBack },
            { Redeploy, NotificationKind.Failed },
            { Redeploy with { RolledBack = true }, NotificationKind.RolledBack },
            { Redeploy with { State = DeploymentState.Canceled }, NotificationKind.Canceled },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_deployments_state_is_told_as_what_it_means_to_people(Deployment deployment, NotificationKind? kind)
    {
        Assert.Equal(kind, NotificationKindMapper.From(Of(deployment)));
        // what is no new state is told already
        Assert.Null(NotificationKindMapper.From(Of(deployment) with { NewState = false }));
    }

    [Fact]
    public void A_failure_says_service_version_reason_and_cause()
    {
        var message = NotificationMessageFactory.From(Of(Redeploy), NotificationKind.Failed, "https://deploy.acme.com");
        Assert.Equal("api: redeploy failed", message.Subject);
        Assert.Equal(
            "api: redeploy to acme/api:latest (0123456789ab) failed: The new container exited with code 3 (push of acme/api:latest).",
            message.Text
        );
        Assert.Equal($"https://deploy.acme.com/api/audit/v1/action/{Id:D}/", message.Link?.ToString());
        Assert.Equal($"failed_{Id:N}", message.Id);
    }

    [Fact]
    public void The_ways_back_are_told_apart()
    {
        var bad = NotificationMessageFactory.From(Of(Redeploy with { RolledBack = true }), NotificationKind.RolledBack, null);
        Assert.Equal("api: redeploy was rolled back", bad.Subject);
        Assert.Equal($"rolled_back_{Id:N}", bad.Id);
        Assert.Null(bad.Link);
        var wanted = Redeploy with { State = DeploymentState.Success, RollbackTime = default(DateTimeOffset), Image = null };
        Assert.Equal("api: rollback succeeded", NotificationMessageFactory.From(Of(wanted), NotificationKind.RolledBack, null).Subject);
    }

    [Fact]
    public void A_commit_is_shortened_and_so_is_a_long_reason()
    {
        var deployment = Redeploy with { Commit = new string('a', 40), Result = new string('x', 2000) };
        var text = NotificationMessageFactory.From(Of(deployment), NotificationKind.Failed, null).Text;
        Assert.StartsWith($"api: redeploy to commit {new string('a', 12)} failed: xxx", text);
        Assert.InRange(text.Length, 1000, 1200);
    }

    [Fact]
    public void A_held_version_says_why_it_is_held()
    {
        var verdict = new Verdict
        {
            Uuid = Id,
            PushId = Guid.NewGuid(),
            ServiceId = Redeploy.ServiceId,
            Kind = VerdictKind.Held,
            Reason = VerdictReasons.Approval,
            Detail = "It waits to be approved.",
            Received = default,
        };
        var ledgerEvent = Of(Redeploy) with { Deployment = null, Kind = EventKind.Verdict, Verdict = verdict };
        Assert.Equal(NotificationKind.Held, NotificationKindMapper.From(ledgerEvent));
        var message = NotificationMessageFactory.From(ledgerEvent, NotificationKind.Held, "https://deploy.acme.com");
        Assert.Equal("api: a version is held: It waits to be approved.", message.Text);
        Assert.EndsWith($"/service/{Redeploy.ServiceId:D}/verdict/", message.Link?.ToString());
    }

    private static LedgerEvent Of(Deployment deployment) =>
        new()
        {
            Number = 1,
            Time = default,
            Organization = "default",
            Kind = EventKind.Deployment,
            Change = EventChange.Update,
            SubjectId = Id,
            ServiceId = deployment.ServiceId,
            ServiceName = "api",
            NewState = true,
            Deployment = deployment,
        };
}
