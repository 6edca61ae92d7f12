using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Pipeline;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>Which steps a run executes that goes on from what is stored.</summary>
public class DeploymentPipelineTests
{
    [Theory]
    [InlineData(DeploymentStep.None, "resolve replace retire")]
    [InlineData(DeploymentStep.Replace, "resolve replace retire")]
    [InlineData(DeploymentStep.Group, "resolve retire")]
    [InlineData(DeploymentStep.Retire, "resolve retire")]
    public async Task A_resumed_run_executes_what_is_left_and_looks_the_version_up_once(DeploymentStep stored, string expected)
    {
        var scenario = new PipelineScenario();
        scenario.Stored = scenario.Stored with { Step = stored, Digest = PipelineScenario.NewDigest };
        var executed = new List<string>();
        using var context = scenario.CreateContext();
        await new DeploymentPipeline(
            new RecordingStep(new ResolveVersionStep(), executed),
            new RecordingStep(DeploymentStep.Replace, executed),
            new RecordingStep(DeploymentStep.Retire, executed)
        ).Run(context, CancellationToken.None);
        Assert.Equal(expected, string.Join(' ', executed));
    }

    /// <summary>Records that it is executed, and does what another step does, or nothing.</summary>
    private sealed class RecordingStep(DeploymentStep position, List<string> executed) : IDeploymentStep
    {
        private readonly IDeploymentStep? _step;

        public RecordingStep(IDeploymentStep step, List<string> executed)
            : this(step.Position, executed) => _step = step;

        public DeploymentStep Position => position;

        public bool IsRepeated(DeploymentStep stored) => _step?.IsRepeated(stored) ?? false;

        public Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
        {
            executed.Add(position.GetName());
            return _step?.ExecuteAsync(context, cancellationToken) ?? Task.FromResult(StepResult.Continue);
        }
    }
}
