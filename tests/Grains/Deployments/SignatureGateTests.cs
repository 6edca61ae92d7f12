using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>Which deployments ask for signatures, and what becomes of them.</summary>
public class SignatureGateTests
{
    private static readonly SignatureCheck Missing = new("has no signature in its registry", IsMissing: true);

    private readonly List<string> _checked = [];

    [Fact]
    public void A_signed_version_is_deployed_and_the_log_says_so()
    {
        var scenario = Create();
        scenario.Signatures = Answer(SignatureCheck.Signed);
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(["service"], _checked);
        Assert.Contains(
            $"acme/api:latest ({PipelineScenario.NewDigest[7..19]}) is signed as the `verify` of the service requires.",
            scenario.Log
        );
    }

    [Fact]
    public void An_unsigned_version_is_not_pulled_and_may_be_tried_again()
    {
        var scenario = Create();
        scenario.Signatures = Answer(new SignatureCheck("has a signature by none of the keys that are given"));
        scenario.Faults.WhenCalled = call => Assert.NotEqual("pull", call);
        var outcome = scenario.Run();
        Assert.Equal(
            (
                DeploymentState.Failed,
                $"Unsigned: acme/api:latest ({PipelineScenario.NewDigest[7..19]}) has a signature by none of the keys that are given. "
                    + "The `verify` of the service requires a signature; nothing was pulled. Redeploy the service when it is signed."
            ),
            (outcome.Deployment.State, outcome.Deployment.Result)
        );
        Assert.Null(outcome.Failed);
        Assert.Equal(["service"], _checked);
        Assert.Equal(PipelineScenario.OldDigest, Assert.Single(scenario.Engine.Containers).Labels.Digest);
    }

    [Fact]
    public void An_image_that_was_just_pushed_may_be_signed_a_little_later()
    {
        var scenario = Create();
        scenario.Signatures = key => Answer(_checked.Count < 3 ? Missing : SignatureCheck.Signed)(key);
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(4, _checked.Count);
        Assert.Single(scenario.Log, "The image is not signed yet. Asking again.");
    }

    [Fact]
    public void An_image_that_stays_unsigned_is_not_waited_for_without_end()
    {
        var scenario = Create();
        scenario.Signatures = Answer(Missing);
        var outcome = scenario.Run();
        Assert.StartsWith("Unsigned: ", outcome.Deployment.Result, StringComparison.Ordinal);
        Assert.InRange(_checked.Count, 2, 20);
    }

    [Fact]
    public void A_registry_that_is_down_lets_nothing_through()
    {
        var scenario = Create();
        scenario.Signatures = _ => throw new RegistryException(RegistryFault.Unreachable, "The registry docker.io cannot be reached: no.");
        var outcome = scenario.Run();
        Assert.Equal(DeploymentState.Failed, outcome.Deployment.State);
        Assert.Contains(
            "could not be checked: The registry docker.io cannot be reached: no. ",
            outcome.Deployment.Result,
            StringComparison.Ordinal
        );
        Assert.Null(outcome.Failed);
    }

    [Fact]
    public void The_organization_and_the_service_each_have_to_be_satisfied()
    {
        var scenario = Create();
        scenario.Organization = new OrganizationSettings { Verify = new SignatureRule(["organization"]) };
        scenario.Signatures = key => Answer(key == "service" ? SignatureCheck.Signed : new SignatureCheck("has another"))(key);
        Assert.Contains("The `verify` of the organization requires", scenario.Run().Deployment.Result, StringComparison.Ordinal);

        scenario = Create();
        scenario.Organization = new OrganizationSettings { Verify = new SignatureRule(["organization"]) };
        scenario.Signatures = Answer(SignatureCheck.Signed);
        _checked.Clear();
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(["organization", "service"], _checked);
    }

    [Fact]
    public void A_rollback_is_checked_and_asked_for_by_a_person_it_does_not_wait()
    {
        var scenario = Create();
        scenario.Stored = scenario.Stored with
        {
            Cause = new DeploymentCause { Kind = CauseKind.Person },
            Image = "docker.io/acme/api:latest",
            Digest = PipelineScenario.NewDigest,
        };
        scenario.Signatures = Answer(Missing);
        Assert.StartsWith("Unsigned: ", scenario.Run().Deployment.Result, StringComparison.Ordinal);
        Assert.Single(_checked);
    }

    [Theory]
    [InlineData(Operation.Start, 1)]
    [InlineData(Operation.Scale, 0)]
    public void A_start_is_checked_and_more_of_what_runs_is_not(Operation operation, int checks)
    {
        var scenario = Create(operation);
        scenario.Stored = scenario.Stored with { Cause = new DeploymentCause { Kind = CauseKind.Person } };
        scenario.Signatures = Answer(SignatureCheck.Signed);
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(checks, _checked.Count);
    }

    [Fact]
    public void What_is_built_here_needs_no_signature()
    {
        var scenario = new PipelineScenario(isGit: true)
        {
            Organization = new OrganizationSettings { Verify = new SignatureRule(["key"]) },
        };
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
    }

    private static PipelineScenario Create(Operation operation = Operation.Redeploy) =>
        new(settings => settings with { Verify = new SignatureRule(["service"]) }, operation);

    private Func<string, SignatureCheck> Answer(SignatureCheck check) =>
        key =>
        {
            _checked.Add(key);
            return check;
        };
}
