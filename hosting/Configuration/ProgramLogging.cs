using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>Configures the log of both programs: one line per record, with the time.</summary>
public static class ProgramLogging
{
    public static void AddProgramLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        // at Information these log request paths, and a hook's path contains its key
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // at Information Orleans logs every connection and each step of joining; Polly logs attempts, and Orleans itself logs the failure
        // of the last one
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.None);
        // what a check found is in the answer of /readyz, which is asked for every few seconds
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // at Warning these tell at every start that there is a garbage collector for larger machines, and that a thread has just begun to
        // run; and every second that there is no silo yet, of which we tell once
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);
    }
}
