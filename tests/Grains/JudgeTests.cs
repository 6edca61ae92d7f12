using AutoDeploy.Organizations;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

public class JudgeTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly Service Running = Service("reg.acme.com/web:1.2");

    private static readonly Push News = Push("1.2", B);

    [Fact]
    public void A_new_digest_of_the_own_tag_is_deployed() => Check(Running, News, VerdictKind.Deploy, VerdictReasons.New);

    [Fact]
    public void An_unknown_digest_is_deployed() => Check(Running, Push("1.2", null), VerdictKind.Deploy, VerdictReasons.New);

    [Fact]
    public void A_deleted_tag_is_skipped_before_anything_else() =>
        Check(
            With(Running, autoredeploy: false) with
            {
                WantsToRun = false,
            },
            News with
            {
                Deleted = true,
            },
            VerdictKind.Skip,
            VerdictReasons.Deleted
        );

    [Fact]
    public void With_autoredeploy_off_it_is_remembered() =>
        Assert.True(Check(With(Running, autoredeploy: false), News, VerdictKind.Skip, VerdictReasons.AutoredeployOff).RememberAvailable);

    [Fact]
    public void Autoredeploy_off_comes_before_stopped() =>
        Check(
            With(Running, autoredeploy: false) with
            {
                Status = ServiceStatus.Stopped,
                WantsToRun = false,
            },
            News,
            VerdictKind.Skip,
            VerdictReasons.AutoredeployOff
        );

    [Fact]
    public void A_tag_that_it_does_not_follow_is_never_remembered()
    {
        Assert.False(
            Check(With(Running, autoredeploy: false), Push("2.0", B), VerdictKind.Skip, VerdictReasons.AutoredeployOff).RememberAvailable
        );
        Assert.False(
            Check(
                Running with
                {
                    Status = ServiceStatus.Stopped,
                    WantsToRun = false,
                },
                Push("2.0", B),
                VerdictKind.Skip,
                VerdictReasons.Stopped
            ).RememberAvailable
        );
    }

    [Theory]
    [InlineData(ServiceStatus.Stopped, false)]
    [InlineData(ServiceStatus.NotRunning, false)]
    [InlineData(ServiceStatus.Stopping, true)]
    public void A_stopped_service_stays_stopped(ServiceStatus status, bool wantsToRun) =>
        Assert.True(
            Check(
                Running with
                {
                    Status = status,
                    WantsToRun = wantsToRun,
                },
                News,
                VerdictKind.Skip,
                VerdictReasons.Stopped
            ).RememberAvailable
        );

    [Fact]
    public void A_service_stopped_by_hand_stays_stopped() =>
        Check(Running with { Status = ServiceStatus.Stopped, StoppedByHand = true }, News, VerdictKind.Skip, VerdictReasons.Stopped);

    [Theory]
    [InlineData(ServiceStatus.Stopped)] // it crashed: the push may be what mends it
    [InlineData(ServiceStatus.PartlyRunning)]
    [InlineData(ServiceStatus.Scaling)]
    public void A_service_that_shall_run_is_deployed_to(ServiceStatus status) =>
        Check(Running with { Status = status }, News, VerdictKind.Deploy, VerdictReasons.New);

    [Theory]
    [InlineData(ServiceStatus.Starting)]
    [InlineData(ServiceStatus.Redeploying)]
    public void A_service_that_a_person_is_bringing_up_is_deployed_to(ServiceStatus status) =>
        Check(Running with { Status = status, WantsToRun = false }, News, VerdictKind.Deploy, VerdictReasons.New);

    [Theory]
    [InlineData("reg.acme.com/web:1.2", null, "1.2", true)]
    [InlineData("reg.acme.com/web:1.2", null, "latest", false)]
    [InlineData("reg.acme.com/web:1.2", "same", "1.2", true)]
    [InlineData("reg.acme.com/web:1.2", "same", "1.3", false)]
    [InlineData("reg.acme.com/web:1.2", "latest", "latest", true)]
    [InlineData("reg.acme.com/web:1.2", "latest", "1.2", false)]
    [InlineData("reg.acme.com/web:1.2", "any", "anything", true)]
    [InlineData("acme/web", null, "latest", true)]
    [InlineData("acme/web:1.2", null, "1.2", false)] // Docker Cloud's rule: on Docker Hub only latest
    [InlineData("acme/web:1.2", null, "latest", false)]
    [InlineData("acme/web:1.2", "same", "1.2", true)]
    [InlineData("acme/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "any", "latest", false)]
    public void The_tag_policy_decides(string image, string? policy, string pushed, bool deploys)
    {
        var service = Service(image);
        service = service with { Settings = service.Settings with { TagPolicy = policy } };
        Check(
            service,
            Push(pushed, B) with
            {
                Source = service.Image.Repository,
            },
            deploys ? VerdictKind.Deploy : VerdictKind.Skip,
            deploys ? VerdictReasons.New : VerdictReasons.Tag
        );
    }

    [Fact]
    public void A_service_that_a_push_moved_follows_the_tag_that_it_is_at_now()
    {
        var moved = With(Running) with { MovedTag = "2.0" };
        Check(moved, Push("2.0", B), VerdictKind.Deploy, VerdictReasons.New);
        Check(moved, Push("1.2", B), VerdictKind.Skip, VerdictReasons.Tag);
    }

    [Fact]
    public void A_service_with_a_range_goes_up_from_the_tag_that_it_is_at_now()
    {
        var service = Service("reg.acme.com/web:1.2.0");
        service = service with { Settings = service.Settings with { TagPolicy = "semver:^1.2" } };
        Check(service, Push("1.3.0", B), VerdictKind.Deploy, VerdictReasons.New);
        Check(service, Push("2.0.0", B), VerdictKind.Skip, VerdictReasons.Tag);

        var moved = service with { MovedTag = "1.4.0", Current = service.Current! with { Image = service.Image with { Tag = "1.4.0" } } };
        Assert.Contains("\"1.4.0\"", Check(moved, Push("1.3.0", B), VerdictKind.Skip, VerdictReasons.Tag).Detail, StringComparison.Ordinal);
        Check(moved, Push("1.2.0", B), VerdictKind.Skip, VerdictReasons.Tag);
        Check(moved, Push("1.4.0", B), VerdictKind.Deploy, VerdictReasons.New);
        Check(moved, Push("v1.4.0", B), VerdictKind.Deploy, VerdictReasons.New);
        Check(moved, Push("1.5.0", B), VerdictKind.Deploy, VerdictReasons.New);
    }

    [Theory]
    [InlineData("semver:^1.2", "1.4.0", VerdictKind.Skip)]
    [InlineData("semver:^1.2", "1.5.0", VerdictKind.Deploy)] // the same tag with another digest
    [InlineData("semver:^1.2", "1.6.0", VerdictKind.Deploy)]
    [InlineData("glob:1.*", "1.4.0", VerdictKind.Deploy)]
    [InlineData("any", "1.4.0", VerdictKind.Deploy)]
    public void A_range_goes_up_from_what_is_being_deployed_too(string policy, string pushed, VerdictKind kind)
    {
        var service = Service("reg.acme.com/web:1.2.0");
        service = service with { Settings = service.Settings with { TagPolicy = policy } };
        var decision = Judge.Decide(service, Push(pushed, B), null, deployingTag: "1.5.0");
        Assert.Equal((kind, kind == VerdictKind.Skip ? VerdictReasons.Tag : VerdictReasons.New), (decision.Kind, decision.Reason));
        Assert.Equal(kind == VerdictKind.Skip, decision.Detail.Contains("\"1.5.0\", which is being deployed", StringComparison.Ordinal));
    }

    [Fact]
    public void What_runs_is_skipped() => Check(Running, Push("1.2", A), VerdictKind.Skip, VerdictReasons.Current);

    [Fact]
    public void What_is_being_deployed_is_skipped() => Check(Running, News, VerdictKind.Skip, VerdictReasons.Current, deploying: B);

    [Fact]
    public void Going_back_to_what_runs_while_something_else_is_being_deployed_is_news() =>
        Check(Running, Push("1.2", A), VerdictKind.Deploy, VerdictReasons.New, deploying: B);

    [Fact]
    public void What_was_rolled_back_and_what_is_not_newer_is_skipped()
    {
        ServiceVersion Version(string digest, int day) =>
            Running.Current! with
            {
                Digest = digest,
                Time = DateTimeOffset.UnixEpoch.AddDays(day),
            };
        var (c, d) = (A.Replace('a', 'c'), A.Replace('a', 'd'));
        var service = Running with { Current = Version(A, 1), Previous = [Version(c, 3), Version(B, 2)], RolledBackFrom = Version(c, 3) };
        Check(service, Push("1.2", c), VerdictKind.Skip, VerdictReasons.RolledBack);
        Check(service, Push("1.2", B), VerdictKind.Skip, VerdictReasons.RolledBack);
        Check(service, Push("1.2", d), VerdictKind.Deploy, VerdictReasons.New);
        Check(service, Push("1.2", null), VerdictKind.Deploy, VerdictReasons.New);
        Check(service with { RolledBackFrom = null }, Push("1.2", c), VerdictKind.Deploy, VerdictReasons.New);
    }

    [Fact]
    public void After_a_rollback_a_range_goes_up_from_what_was_rolled_back()
    {
        var service = Service("reg.acme.com/web:1.2.0");
        var from = service.Current! with { Image = service.Image with { Tag = "1.4.0" }, Digest = B };
        service = service with { Settings = service.Settings with { TagPolicy = "semver:^1.2" }, RolledBackFrom = from };
        Check(service, Push("1.3.0", B.Replace('b', 'c')), VerdictKind.Skip, VerdictReasons.RolledBack);
        Check(service, Push("1.4.0", null), VerdictKind.Skip, VerdictReasons.RolledBack);
        Check(service, Push("1.4.1", null), VerdictKind.Deploy, VerdictReasons.New);
    }

    [Fact]
    public void What_failed_before_is_skipped() =>
        Check(Running with { Failed = [B] }, News, VerdictKind.Skip, VerdictReasons.FailedBefore);

    [Fact]
    public void Only_what_would_be_deployed_is_held()
    {
        var frozen = Running.Settings with { Frozen = "audit" };
        var decision = Gate(Check(Running, News, VerdictKind.Deploy, VerdictReasons.New), frozen);
        Assert.Equal((VerdictKind.Held, VerdictReasons.Frozen), (decision.Kind, decision.Reason));
        Assert.Equal("reg.acme.com/web:1.2 is held. The service is frozen: audit.", decision.Detail);
        Assert.False(decision.RememberAvailable);

        var current = Check(Running, Push("1.2", A), VerdictKind.Skip, VerdictReasons.Current);
        Assert.Same(current, Gate(current, frozen));
        var news = Check(Running, News, VerdictKind.Deploy, VerdictReasons.New);
        Assert.Same(news, Gate(news, Running.Settings));

        static JudgeDecision Gate(JudgeDecision decision, ServiceSettings settings) =>
            Judge.ApplyHolds(decision, News, settings, new OrganizationSettings(), approved: false, DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void What_is_held_already_is_not_held_again_and_something_newer_takes_its_place()
    {
        var holding = Holding(Running, Push("1.2", B));
        Check(holding, News, VerdictKind.Skip, VerdictReasons.Current);
        Check(holding, Push("1.2", B.Replace('b', 'c')), VerdictKind.Deploy, VerdictReasons.New);
        Check(holding, Push("1.2", null), VerdictKind.Deploy, VerdictReasons.New);
    }

    [Fact]
    public void What_was_pushed_before_what_is_held_is_older() =>
        Check(
            Holding(Running, Push("1.2", B) with { Received = DateTimeOffset.UnixEpoch.AddSeconds(1) }),
            Push("1.2", B.Replace('b', 'c')),
            VerdictKind.Skip,
            VerdictReasons.Older
        );

    [Fact]
    public void A_tag_that_has_gone_back_to_what_runs_outdates_what_is_held()
    {
        Assert.True(Check(Holding(Running, Push("1.2", B)), Push("1.2", A), VerdictKind.Skip, VerdictReasons.Current).SupersedesHeld);
        Assert.False(Check(Holding(Running, Push("1.2", B)), News, VerdictKind.Skip, VerdictReasons.Current).SupersedesHeld);
    }

    [Fact]
    public void A_range_goes_up_from_what_is_held_too()
    {
        var service = Service("reg.acme.com/web:1.2.0");
        service = Holding(service with { Settings = service.Settings with { TagPolicy = "semver:^1.2" } }, Push("1.5.0", B));
        var decision = Check(service, Push("1.4.0", B.Replace('b', 'c')), VerdictKind.Skip, VerdictReasons.Tag);
        Assert.Contains("\"1.5.0\", which is held", decision.Detail, StringComparison.Ordinal);
        Check(service, Push("1.6.0", B.Replace('b', 'c')), VerdictKind.Deploy, VerdictReasons.New);
    }

    [Fact]
    public void Every_reason_comes_with_a_sentence()
    {
        var decision = Check(Running with { Failed = [B] }, News, VerdictKind.Skip, VerdictReasons.FailedBefore);
        Assert.Contains("reg.acme.com/web:1.2 (bbbbbbbbbbbb)", decision.Detail, StringComparison.Ordinal);
        Assert.EndsWith(".", decision.Detail, StringComparison.Ordinal);
    }

    private static JudgeDecision Check(Service service, Push push, VerdictKind kind, string reason, string? deploying = null)
    {
        var decision = Judge.Decide(service, push, deploying);
        Assert.Equal((kind, reason), (decision.Kind, decision.Reason));
        return decision;
    }

    private static Service Holding(Service service, Push push) =>
        service with
        {
            Held = new HeldPush
            {
                Verdict = new Verdict
                {
                    Uuid = Guid.NewGuid(),
                    PushId = push.Uuid,
                    ServiceId = service.Uuid,
                    Kind = VerdictKind.Held,
                    Reason = VerdictReasons.Frozen,
                    Detail = "",
                    Received = push.Received,
                },
                Push = push,
                Version = new ServiceVersion { Image = service.Image with { Tag = push.Tag }, Digest = push.Digest },
            },
        };

    private static Service With(Service service, bool autoredeploy = true) =>
        service with
        {
            Settings = service.Settings with { Autoredeploy = autoredeploy },
        };

    private static Service Service(string image) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            Status = ServiceStatus.Running,
            WantsToRun = true,
            Settings = new ServiceSettings { Image = ImageName.Parse(image).ToString(), Autoredeploy = true },
            Current = new ServiceVersion { Image = ImageName.Parse(image), Digest = A },
        };

    private static Push Push(string tag, string? digest) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Sender = "registry",
            Delivery = "1",
            Source = "reg.acme.com/web",
            Tag = tag,
            Digest = digest,
            Received = DateTimeOffset.UnixEpoch,
            Organization = "default",
        };
}
