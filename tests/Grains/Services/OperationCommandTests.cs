using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Services;

public class OperationCommandTests
{
    private static readonly DeploymentCause Cause = new() { Kind = CauseKind.Person, Text = "asked for by anna" };

    private static readonly Service Service = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        Settings = new ServiceSettings { Image = "reg.acme.com/web:1" },
        Current = Version(3),
        Previous = [Version(2), Version(1)],
    };

    public static TheoryData<OperationCommand, bool, bool> Commands() =>
        new()
        {
            {
                new StartCommand { Cause = Cause },
                true,
                false
            },
            {
                new StopCommand { Cause = Cause },
                false,
                false
            },
            {
                new ScaleCommand { Cause = Cause },
                false,
                false
            },
            {
                new TerminateCommand { Cause = Cause },
                false,
                false
            },
            {
                new RestartCommand { Cause = Cause },
                false,
                false
            },
            {
                new RedeployCommand { Cause = Cause },
                true,
                true
            },
            {
                new RollbackCommand { Cause = Cause },
                true,
                true
            },
        };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_freeze_concerns_what_may_bring_a_new_version(OperationCommand command, bool whenNew, bool whenItHasRun)
    {
        Assert.Equal(whenNew, command.MayBringNewVersion(Service with { Current = null, Previous = [] }));
        Assert.Equal(whenItHasRun, command.MayBringNewVersion(Service));
    }

    [Fact]
    public void A_restart_takes_the_version_that_runs()
    {
        var restart = new RestartCommand { Cause = Cause };
        Assert.Null(restart.FindObjection(Service));
        Assert.Equal("sha256:3", Apply(restart).Digest);
        Assert.Null(Apply(restart).RollbackTime);
        Assert.Equal("The service has no version yet that could be started again.", restart.FindObjection(Service with { Current = null }));
    }

    [Fact]
    public void A_rollback_takes_the_version_that_is_named_or_the_one_before()
    {
        var rollback = new RollbackCommand { Cause = Cause };
        Assert.Equal(("sha256:2", Version(2).Time), (Apply(rollback).Digest, Apply(rollback).RollbackTime));
        Assert.Equal("sha256:1", Apply(rollback with { Version = Version(1) }).Digest);
        Assert.Null(rollback.FindObjection(Service));
        Assert.Equal($"{Version(3)} is what runs already.", (rollback with { Version = Version(3) }).FindObjection(Service));
        Assert.Equal(
            "There is no version before this one that could be gone back to.",
            rollback.FindObjection(Service with { Previous = [] })
        );
    }

    [Fact]
    public void A_volume_that_is_written_to_has_one_container()
    {
        var bound = Service with
        {
            Settings = Service.Settings with
            {
                Container = Service.Settings.Container with { Bindings = [new VolumeBinding(null, "/data", true, null, "data")] },
            },
        };
        Assert.NotNull(new ScaleCommand { Cause = Cause, AdditionalContainers = 1 }.FindObjection(bound));
        Assert.Null(new ScaleCommand { Cause = Cause }.FindObjection(bound));
        Assert.Null(new ScaleCommand { Cause = Cause, AdditionalContainers = 1 }.FindObjection(Service));
    }

    [Fact]
    public void A_redeploy_goes_for_a_tag_or_a_commit_when_one_is_named()
    {
        var redeploy = new RedeployCommand
        {
            Cause = Cause,
            ReuseVolumes = false,
            Body = "x",
        };
        Assert.Equal((null, false, "x"), (Apply(redeploy).Image, Apply(redeploy).ReuseVolumes, Apply(redeploy).Body));
        Assert.Equal("reg.acme.com/web:2", Apply(redeploy with { Target = new DeploymentTarget { Tag = "2" } }).Image);
        Assert.Equal("abc", Apply(redeploy with { Target = new DeploymentTarget { Commit = "abc" } }).Commit);
    }

    public static TheoryData<Deployment, Type> Ended()
    {
        var redeploy = Begun(Operation.Redeploy) with
        {
            Image = "reg.acme.com/web:2",
            Digest = "sha256:2",
            Body = "x",
            ReuseVolumes = false,
        };
        return new()
        {
            { Begun(Operation.Start) with { Image = "reg.acme.com/web:2" }, typeof(StartCommand) },
            { Begun(Operation.Stop), typeof(StopCommand) },
            { Begun(Operation.Scale) with { Body = "x" }, typeof(ScaleCommand) },
            { Begun(Operation.Terminate) with { RemoveVolumes = true }, typeof(TerminateCommand) },
            { redeploy, typeof(RedeployCommand) },
            { Begun(Operation.Redeploy) with { Commit = "abc" }, typeof(RedeployCommand) },
            { redeploy with { Body = null, ReuseVolumes = true, RollbackTime = Version(2).Time }, typeof(RollbackCommand) },
        };
    }

    [Theory]
    [MemberData(nameof(Ended))]
    public void A_retry_asks_for_the_same_again(Deployment ended, Type expected)
    {
        var retry = OperationCommand.RetryOf(ended, Cause);
        Assert.IsType(expected, retry);
        Assert.Equal(ended.Operation, retry.Operation);
        Assert.Equal(ended, retry.ApplyTo(Begun(retry.Operation) with { Uuid = ended.Uuid }, Service));
    }

    private static Deployment Apply(OperationCommand command) => command.ApplyTo(Begun(command.Operation), Service);

    private static Deployment Begun(Operation operation) =>
        new()
        {
            Uuid = Guid.Empty,
            ServiceId = Service.Uuid,
            Operation = operation,
            State = DeploymentState.Pending,
            Cause = Cause,
            Created = DateTimeOffset.UnixEpoch,
        };

    private static ServiceVersion Version(int number) =>
        new()
        {
            Image = ImageName.Parse("reg.acme.com/web:1"),
            Digest = $"sha256:{number}",
            Time = DateTimeOffset.UnixEpoch.AddDays(number),
        };
}
