namespace AutoDeploy.Api.Access;

/// <summary>
/// Says in the log, once an hour at most, that the token has come over a network where everybody on the way could read it.
/// </summary>
public sealed partial class ClearTextWarning(TimeProvider time, ILogger<ClearTextWarning> logger)
{
    private static readonly long Never = long.MinValue;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long _said = Never;

    /// <param name="context">Of a request that carried a token.</param>
    public void Look(HttpContext context)
    {
        if (context.Request.IsHttps || context.Connection.RemoteIpAddress is not { } address || System.Net.IPAddress.IsLoopback(address))
            return;
        var said = Interlocked.Read(ref _said);
        var now = time.GetTimestamp();
        if ((said == Never || time.GetElapsedTime(said, now) >= Interval) && Interlocked.CompareExchange(ref _said, now, said) == said)
            LogClear(logger, address);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A token came from {Address} without TLS and can be read on the way; set --cert and --key, or name the TLS proxy in "
            + "front with --proxy"
    )]
    private static partial void LogClear(ILogger logger, System.Net.IPAddress address);
}
