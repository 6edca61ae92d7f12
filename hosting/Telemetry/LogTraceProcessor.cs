using AutoDeploy.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// Gives records that name a deployment or a push its trace where no span goes on, as in another grain than the deployment's or with traces
/// not exported; and names the ids as spans do.
/// </summary>
internal sealed class LogTraceProcessor : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var ids = new RecordIds();
        foreach (var (name, value) in data.Attributes ?? [])
            ids.Add(name, value);
        if (ids.Named.Count > 0)
            data.Attributes = [.. data.Attributes!, .. ids.Named];
        if (data.TraceId != default)
            return;
        data.ForEachScope(
            static (scope, found) =>
            {
                foreach (var (name, value) in scope)
                    found.Add(name, value);
            },
            ids
        );
        if ((ids.DeploymentId ?? ids.PushId) is not { } trace)
            return;
        // the exporter leaves a trace out that has no span
        var somewhere = AutoDeployTracing.LinkTo(trace).Context;
        data.TraceId = somewhere.TraceId;
        data.SpanId = somewhere.SpanId;
    }

    private sealed class RecordIds
    {
        public List<KeyValuePair<string, object?>> Named { get; } = [];

        public Guid? DeploymentId { get; private set; }

        public Guid? PushId { get; private set; }

        /// <summary>As a message's parameter an id is a uuid, as a scope's a text.</summary>
        public void Add(string name, object? value)
        {
            if (value is Guid && name is "Service" or "Deployment" or "Push")
                Named.Add(new($"autodeploy.{name.ToLowerInvariant()}.uuid", value.ToString()));
            if (name is "Deployment" or TraceTags.Deployment && Uuid(value) is { } deploymentId)
                DeploymentId = deploymentId;
            else if (name is "Push" or TraceTags.Push && Uuid(value) is { } pushId)
                PushId = pushId;
        }

        private static Guid? Uuid(object? value) =>
            value is Guid uuid ? uuid
            : value is string text && Guid.TryParse(text, out uuid) ? uuid
            : null;
    }
}
