using System.Collections.Concurrent;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Pushes images, and tells of them as a registry does: again and again until it is acknowledged.</summary>
public sealed class PushDriver(ApiDriver apiDriver, TestImages images, string host, string hook, string secret)
{
    private readonly ConcurrentQueue<SentPush> _sent = [];

    /// <summary>What was pushed in this round, in the order in which the tag was moved.</summary>
    public IReadOnlyList<SentPush> Round => [.. _sent];

    public void BeginRound() => _sent.Clear();

    /// <summary>Ends when all is acknowledged.</summary>
    public async Task Do(PushAction pushAction, CancellationToken cancellationToken)
    {
        List<SentPush> series = [];
        var told = Task.CompletedTask;
        foreach (var quality in pushAction.Images)
        {
            if (series.Count > 0)
                await Task.Delay(pushAction.Gap, cancellationToken);
            var sentPush = new SentPush(
                pushAction.Repository,
                Guid.NewGuid().ToString(),
                await images.Push(pushAction.Repository, quality),
                TestImages.IsGood(quality),
                pushAction.Reversed
            );
            _sent.Enqueue(sentPush);
            series.Add(sentPush);
            if (!pushAction.Reversed)
                told = Tell(sentPush, pushAction.Copies, told);
        }

        foreach (var sentPush in pushAction.Reversed ? Enumerable.Reverse(series) : [])
            told = Tell(sentPush, pushAction.Copies, told);
        await told;
    }

    /// <summary>A registry tells of one push only when the one before is acknowledged.</summary>
    private async Task Tell(SentPush sentPush, int copies, Task before)
    {
        await before;
        await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => Tell(sentPush)));
    }

    private Task Tell(SentPush sentPush) =>
        apiDriver.Insist(
            HttpMethod.Post,
            hook,
            new
            {
                events = new[]
                {
                    new
                    {
                        id = sentPush.Delivery,
                        action = "push",
                        target = new
                        {
                            mediaType = "application/vnd.docker.distribution.manifest.v2+json",
                            digest = sentPush.Digest,
                            repository = sentPush.Repository,
                            tag = "latest",
                        },
                        request = new { host },
                        actor = new { name = sentPush.Delivery },
                    },
                },
            },
            secret
        );
}
