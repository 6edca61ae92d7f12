namespace AutoDeploy.Telemetry;

/// <summary>The names of what spans and log records say; those without our prefix are OpenTelemetry's.</summary>
public static class TraceTags
{
    public const string Push = "autodeploy.push.uuid";
    public const string Pushes = "autodeploy.push.uuids";
    public const string Sender = "autodeploy.sender";
    public const string Source = "autodeploy.source";
    public const string Hook = "autodeploy.hook.uuid";
    public const string Service = "autodeploy.service.uuid";
    public const string Deployment = "autodeploy.deployment.uuid";
    public const string Operation = "autodeploy.operation";
    public const string Cause = "autodeploy.cause";
    public const string Result = "autodeploy.result";
    public const string Resumed = "autodeploy.resumed";
    public const string Services = "autodeploy.services";

    /// <summary>With the kind behind it: so many of it.</summary>
    public const string Verdicts = "autodeploy.verdicts.";

    public const string Database = "db.system.name";
    public const string DatabaseOperation = "db.operation.name";
    public const string ErrorType = "error.type";
    public const string Method = "http.request.method";
    public const string Route = "http.route";
    public const string Status = "http.response.status_code";
    public const string Server = "server.address";
    public const string ExitCode = "process.exit.code";
}
