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

/// <summary>What a deployment makes of failures that no port speaks of.</summary>
public sealed class UnexpectedFailureTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly Exception Odd = new InvalidCastException("Odd\nindeed.");

    private readonly DelaySkippingTime _clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<string> _log = [];
    private readonly List<string> _engineCalls = [];
    private readonly Service _service;

    /// <summary>As the ledger has it.</summary>
    private Deployment _stored;

    private Func<string> _registry = () => B;
    private Func<string, object?> _engine = _ => null;
    private int _asked;

    public UnexpectedFailureTests()
    {
        var image = ImageName.Parse("reg.acme.com/web:1");
        _service = new Service
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            WantsToRun = true,
            VolumesRecorded = true,
            Settings = new ServiceSettings { Image = image.ToString(), TargetContainers = 1 },
            Current = new ServiceVersion { Image = image, Digest = A },
        };
        _stored = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = _service.Uuid,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause { Kind = CauseKind.Push, Text = "push" },
            Created = DateTimeOffset.UnixEpoch,
            Started = DateTimeOffset.UnixEpoch,
            LeaseEpoch = 1,
        };
    }

    [Fact]
    public async Task A_registry_that_fails_unexpectedly_three_times_ends_the_deployment_with_a_sentence()
    {
        _registry = () => throw Odd;
        var outcome = await Run();
        Assert.Equal(3, _asked);
        Assert.Equal(DeploymentState.Failed, outcome.Deployment.State);
        Assert.Equal(
            "It failed 3 times in a way that was not expected, the last time at the step \"resolve\": InvalidCastException, Odd indeed.",
            outcome.Deployment.Result
        );
        Assert.Null(outcome.Failed);
        Assert.Equal(
            2,
            _log.Count(line => line == "It failed in a way that was not expected: InvalidCastException, Odd indeed. Trying again.")
        );
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task How_often_it_was_tried_survives_a_restart(int before, int tries)
    {
        _stored = _stored with { Failures = before };
        _registry = () => throw Odd;
        Assert.Equal(DeploymentState.Failed, (await Run()).Deployment.State);
        Assert.Equal(tries, _asked);
        Assert.Equal(2, _stored.Failures);
    }

    [Fact]
    public async Task A_failure_is_counted_before_it_is_tried_again()
    {
        _registry = () => _asked == 1 ? throw Odd : throw new OrleansException("The process ends here.");
        await Assert.ThrowsAsync<OrleansException>(Run);
        Assert.Equal(1, _stored.Failures);
    }

    [Fact]
    public async Task What_passes_leaves_the_deployment_to_its_own_end()
    {
        _registry = () => _asked < 3 ? throw Odd : A;
        var outcome = await Run();
        Assert.Equal((3, DeploymentState.Success), (_asked, outcome.Deployment.State));
        Assert.EndsWith("is what runs already; nothing was done.", outcome.Deployment.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_fails_unexpectedly_has_what_was_made_taken_back()
    {
        _engine = method =>
            method switch
            {
                "FindImage" => Task.FromResult<EngineImage?>(new EngineImage("sha256:1", null)),
                "List" => Task.FromResult<IReadOnlyList<EngineContainer>>([]),
                "RemoveImage" => Task.FromResult(true),
                _ => throw Odd,
            };
        var outcome = await Run();
        Assert.Equal(
            (DeploymentState.Failed, DeploymentStep.Compensating, B),
            (outcome.Deployment.State, outcome.Deployment.Step, outcome.Failed)
        );
        Assert.StartsWith(
            "It failed 3 times in a way that was not expected, the last time at the step \"replace\": InvalidCastException",
            outcome.Deployment.Result,
            StringComparison.Ordinal
        );
        Assert.Equal((1, "RemoveImage"), (_asked, _engineCalls.SkipLast(1).Last()));
    }

    [Fact]
    public async Task An_engine_that_fails_at_everything_does_not_keep_the_deployment_from_its_end()
    {
        _engine = _ => throw Odd;
        // at the last step the new containers serve already, and only the old ones are still there
        foreach (
            var step in (DeploymentStep[])
                [DeploymentStep.None, DeploymentStep.Replace, DeploymentStep.Bake, DeploymentStep.Compensating, DeploymentStep.Retire]
        )
        {
            _stored = _stored with
            {
                Step = step,
                Digest = step != DeploymentStep.None ? B : null,
                Image = step != DeploymentStep.None ? "reg.acme.com/web:1" : null,
                Failures = 0,
                Result = step == DeploymentStep.Compensating ? "Why." : "",
            };
            var outcome = await Run();
            Assert.Equal(step == DeploymentStep.Retire ? DeploymentState.Success : DeploymentState.Failed, outcome.Deployment.State);
            Assert.Contains(
                step == DeploymentStep.Compensating ? "Why."
                    : step == DeploymentStep.Retire ? "could not all be removed"
                    : "InvalidCastException",
                outcome.Deployment.Result,
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>What takes the process down would do so again.</summary>
    [Theory]
    [InlineData(DeploymentStep.None, 1, false)]
    [InlineData(DeploymentStep.None, 2, true)]
    [InlineData(DeploymentStep.Resolve, 2, true)]
    [InlineData(DeploymentStep.Build, 2, true)]
    [InlineData(DeploymentStep.Replace, 2, true)]
    [InlineData(DeploymentStep.Bake, 3, true)]
    [InlineData(DeploymentStep.Retire, 9, false)]
    public async Task A_deployment_that_took_two_processes_down_is_not_tried_a_third_time(DeploymentStep step, int lost, bool isEnd)
    {
        var isBegun = !step.IsPreparation();
        _stored = _stored with { Step = step, Lost = lost, Digest = isBegun ? B : null, Image = isBegun ? "reg.acme.com/web:1" : null };
        _registry = () => throw new RegistryException(RegistryFault.Refused, "It was tried.");
        _engine = method =>
            method switch
            {
                "RemoveImage" => Task.FromResult(true),
                _ => null,
            };
        var outcome = await Run();

        Assert.Equal(isEnd || step == DeploymentStep.None ? DeploymentState.Failed : DeploymentState.Success, outcome.Deployment.State);
        if (isEnd)
            Assert.Equal(
                $"The AutoDeploy process that worked on it was killed or crashed {lost} "
                    + $"times{(step != DeploymentStep.None ? $", the last time at the step \"{step.GetName()}\"" : "")}; it is not "
                    + "tried again by itself.",
                outcome.Deployment.Result
            );
        Assert.Equal(
            (
                !isEnd && step == DeploymentStep.None ? 1 : 0,
                isBegun && isEnd ? DeploymentStep.Compensating
                : step == DeploymentStep.None && !isEnd ? DeploymentStep.Resolve
                : step == DeploymentStep.Retire ? DeploymentStep.CleanUp
                : step
            ),
            (_asked, outcome.Deployment.Step)
        );
    }

    [Theory]
    [InlineData(Operation.Stop)]
    [InlineData(Operation.Terminate)]
    public async Task Nor_a_stop_or_a_termination(Operation operation)
    {
        _engine = _ => throw Odd;
        _stored = _stored with { Operation = operation };
        Assert.Equal(DeploymentState.Failed, (await Run()).Deployment.State);
    }

    [Fact]
    public async Task A_time_out_that_nobody_asked_for_is_unexpected_and_no_cancellation()
    {
        _registry = () => throw new TaskCanceledException("A time-out within.");
        var outcome = await Run();
        Assert.Equal((3, DeploymentState.Failed), (_asked, outcome.Deployment.State));
        Assert.Contains("TaskCanceledException, A time-out within.", outcome.Deployment.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_ledger_cannot_do_now_is_no_failure_of_the_deployment()
    {
        _registry = () => throw new LedgerException("The disk is full.") { IsUnavailable = true };
        await Assert.ThrowsAsync<LedgerException>(Run);
        Assert.Equal((1, 0), (_asked, _stored.Failures));
    }

    [Fact]
    public async Task A_refusal_that_is_expected_is_not_tried_again()
    {
        _registry = () => throw new RegistryException(RegistryFault.Refused, "No.");
        var outcome = await Run();
        Assert.Equal((1, DeploymentState.Failed, "No."), (_asked, outcome.Deployment.State, outcome.Deployment.Result));
    }

    private Task<DeploymentOutcome> Run() =>
        new DeploymentRunner(Tools(), new CancellationSignals(), NullLogger.Instance).Run(_stored, _service, CancellationToken.None);

    private DeploymentTools Tools() =>
        new(
            Fake.Create<ILedger>(
                (method, arguments) =>
                    method switch
                    {
                        nameof(ILedger.UpdateDeployment) => Task.FromResult((_stored = (Deployment)arguments[0]!) is not null),
                        nameof(ILedger.FindDeployment) => Task.FromResult<Deployment?>(_stored),
                        nameof(ILedger.AppendLog) => Written((IReadOnlyList<string>)arguments[1]!),
                        nameof(ILedger.FindRegistry) => Task.FromResult<RegistryAccount?>(null),
                        nameof(ILedger.KeepVolumes) => Task.CompletedTask,
                        nameof(ILedger.ListVolumesOfService) => Task.FromResult<IReadOnlyList<VolumeRecord>>([]),
                        _ => null,
                    }
            ),
            new FakeEngineProvider(
                (method, _) =>
                {
                    _engineCalls.Add(method);
                    return _engine(method) ?? (method == nameof(IEngine.List) ? Task.FromResult<IReadOnlyList<EngineContainer>>([]) : null);
                }
            ),
            Fake.Create<IRegistry>(
                (method, _) =>
                {
                    _asked++;
                    return method == nameof(IRegistry.Resolve) ? Task.FromResult(_registry()) : null;
                }
            ),
            Fake.Create<IGit>((_, _) => null),
            new BuildCoordinator(new DeploymentOptions()),
            new DeploymentOptions(),
            _clock,
            FakeGrains.Create(
                (typeof(IServiceGrain), _ => Fake.Create<IServiceGrain>((_, _) => Task.CompletedTask)),
                (typeof(IOrganizationGrain), _ => Fake.Create<IOrganizationGrain>((_, _) => Task.FromResult(new OrganizationSettings())))
            )
        );

    private Task Written(IReadOnlyList<string> lines)
    {
        _log.AddRange(lines);
        return Task.CompletedTask;
    }
}
