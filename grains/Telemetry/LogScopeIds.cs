using System.Collections;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Telemetry;

/// <summary>What the log records within it are about. The console does not show it; exported records carry it as attributes.</summary>
public sealed class LogScopeIds : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _ids;

    private LogScopeIds(params KeyValuePair<string, object?>[] ids) => _ids = ids;

    public int Count => _ids.Length;

    public KeyValuePair<string, object?> this[int index] => _ids[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_ids).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', _ids.Select(id => $"{id.Key}={id.Value}"));

    public static IDisposable? BeginPushScope(ILogger logger, Guid pushId) =>
        logger.BeginScope(new LogScopeIds(new KeyValuePair<string, object?>(TraceTags.Push, pushId.ToString())));

    public static IDisposable? BeginDeploymentScope(ILogger logger, Deployments.Deployment deployment)
    {
        var id = new KeyValuePair<string, object?>(TraceTags.Deployment, deployment.Uuid.ToString());
        var service = new KeyValuePair<string, object?>(TraceTags.Service, deployment.ServiceId.ToString());
        return logger.BeginScope(
            deployment.Cause.PushId is { } pushId
                ? new LogScopeIds(id, service, new(TraceTags.Push, pushId.ToString()))
                : new LogScopeIds(id, service)
        );
    }
}
