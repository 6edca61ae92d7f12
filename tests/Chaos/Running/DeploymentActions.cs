namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Looks how far actions have come, without waiting for an answer.</summary>
public sealed class DeploymentActions(ApiDriver apiDriver)
{
    /// <summary>Whether an action that goes on has come so far, by its step and its log.</summary>
    public async Task<bool> AnyIs(Func<string, string, bool> far)
    {
        if (await apiDriver.Look("/api/audit/v1/action/?state=In%20progress") is not { } list)
            return false;
        foreach (var action in list["objects"]!.AsArray())
            if (
                await apiDriver.Try(HttpMethod.Get, (string)action!["resource_uri"]! + "log/") is { } log
                && far((string)action["step"]!, log.Body)
            )
                return true;
        return false;
    }
}
