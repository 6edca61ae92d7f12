using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// Polls the images of services with <c>poll_seconds</c>. Each image is polled once per interval, however many services follow it. Polls
/// are spread over time.
/// </summary>
public sealed partial class ImagePollJob(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<ImagePollJob> logger)
    : ISingletonJob
{
    /// <summary>How often the job checks for due polls.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of concurrent polls.</summary>
    private const int MaxConcurrentPolls = 16;

    private readonly Dictionary<string, DateTimeOffset> _due = [];

    public string Name => "polls";

    public async Task Run(CancellationToken cancellationToken)
    {
        // this job may have run here before, and on another silo since
        _due.Clear();
        using var timer = new PeriodicTimer(TickInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await Poll(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    private async Task Poll(CancellationToken cancellationToken)
    {
        var polls = await ledger.ListPolls(cancellationToken);
        foreach (var gone in _due.Keys.Except(polls.Select(poll => poll.Source)).ToList())
            _due.Remove(gone);
        var now = time.GetUtcNow();
        var due = new List<SourcePoll>();
        foreach (var poll in polls)
        {
            if (!_due.TryGetValue(poll.Source, out var at))
                // spread the first polls after a start
                _due[poll.Source] = at = now + TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(poll.Seconds, 30));
            // a shortened interval takes effect immediately
            if (at > now && at <= now + TimeSpan.FromSeconds(poll.Seconds * 1.1))
                continue;
            due.Add(poll);
            // add a jitter of 10 %, so that polls do not stay synchronized
            _due[poll.Source] = now + TimeSpan.FromSeconds(poll.Seconds * (0.9 + (Random.Shared.NextDouble() * 0.2)));
        }

        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentPolls, CancellationToken = cancellationToken },
            async (poll, token) => await Poll(poll, token)
        );
    }

    private async Task Poll(SourcePoll poll, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IImageGrain>(poll.Source).Poll(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotAsked(poll.Source, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to list the images to poll; retrying")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to poll image {Image}: {Reason}")]
    private partial void LogNotAsked(string image, string reason);
}
