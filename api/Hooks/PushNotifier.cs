using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Tells the sources' grains of recorded pushes without waiting for them; what gets lost here the sweeper finds.</summary>
public sealed partial class PushNotifier(IGrainFactory grains, ILogger<PushNotifier> logger)
{
    /// <summary>Says how many of them are new.</summary>
    public int Notify(IReadOnlyList<RecordedPush> recorded)
    {
        RequestTelemetry.RecordPushes(recorded);
        var news = 0;
        for (var i = 0; i < recorded.Count; i++)
        {
            if (!recorded[i].New)
                continue;
            news++;
            var source = recorded[i].Push.Source;
            var told = false;
            for (var j = 0; j < i && !told; j++)
                told = recorded[j].New && recorded[j].Push.Source == source;
            if (!told)
                _ = Wake(source);
        }

        return news;
    }

    private async Task Wake(string source)
    {
        try
        {
            await grains.WakeSource(source);
        }
        catch (Exception e)
        {
            LogLost(logger, source, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to notify the grain of {Source} of a push; the recovery sweep will do it")]
    private static partial void LogLost(ILogger logger, string source, Exception e);
}
