using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Services;

public class OperationRulesTests
{
    /// <summary>The Docker Cloud API's table of states and what they allow.</summary>
    [Theory]
    [InlineData(ServiceStatus.NotRunning, "Start Terminate")]
    [InlineData(ServiceStatus.Starting, "")]
    [InlineData(ServiceStatus.Running, "Redeploy Stop Scale Terminate")]
    [InlineData(ServiceStatus.PartlyRunning, "Redeploy Start Stop Scale Terminate")]
    [InlineData(ServiceStatus.Scaling, "")]
    [InlineData(ServiceStatus.Redeploying, "")]
    [InlineData(ServiceStatus.Stopping, "")]
    [InlineData(ServiceStatus.Stopped, "Redeploy Start Terminate")]
    [InlineData(ServiceStatus.Terminating, "")]
    [InlineData(ServiceStatus.Terminated, "")]
    public void The_state_says_what_may_begin(ServiceStatus status, string allowed)
    {
        var service = new Service
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            Settings = new ServiceSettings { Image = "docker.io/acme/web:latest" },
            Status = status,
        };
        var begins = Enum.GetValues<Operation>().Where(o => OperationRules.FindObjection(service, o) is null);
        Assert.Equal(allowed, string.Join(' ', begins));
        Assert.All(
            Enum.GetValues<Operation>().Select(o => OperationRules.FindObjection(service, o)).OfType<string>(),
            o => Assert.EndsWith(".", o, StringComparison.Ordinal)
        );
    }
}
