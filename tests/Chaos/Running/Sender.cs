using System.Collections.Concurrent;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Pushes images, and tells of them as a registry does: again and again until it is acknowledged.</summary>
public sealed class Sender(Api api, Images images, string host, string hook, string secret)
{
    private readonly ConcurrentQueue<Sent> _sent = [];

    /// <summary>What was pushed in this round, in the order in which the tag was moved.</summary>
    public IReadOnlyList<Sent> Round => [.. _sent];

    public void BeginRound() => _sent.Clear();

    /// <summary>Ends when all is acknowledged.</summary>
    public async Task Do(Pushes pushes, CancellationToken cancellationToken)
    {
        List<Sent> series = [];
        var told = Task.CompletedTask;
        foreach (var quality in pushes.Images)
        {
            if (series.Count > 0)
                await Task.Delay(pushes.Gap, cancellationToken);
            var sent = new Sent(pushes.Repository, Guid.NewGuid().ToString(), await images.Push(pushes.Repository, quality), Images.IsGood(quality), pushes.Reversed);
            _sent.Enqueue(sent);
            series.Add(sent);
            if (!pushes.Reversed)
                told = Tell(sent, pushes.Copies, told);
        }

        foreach (var sent in pushes.Reversed ? Enumerable.Reverse(series) : [])
            told = Tell(sent, pushes.Copies, told);
        await told;
    }

    /// <summary>A registry tells of one push only when the one before is acknowledged.</summary>
    private async Task Tell(Sent sent, int copies, Task before)
    {
        await before;
        await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => Tell(sent)));
    }

    private Task Tell(Sent sent) => api.Insist(
        HttpMethod.Post, hook,
        new
        {
            events = new[]
            {
                new
                {
                    id = sent.Delivery,
                    action = "push",
                    target = new
                    {
                        mediaType = "application/vnd.docker.distribution.manifest.v2+json", digest = sent.Digest, repository = sent.Repository, tag = "latest",
                    },
                    request = new { host },
                    actor = new { name = sent.Delivery },
                },
            },
        },
        secret);
}

/// <param name="Delivery">The sender's id of it, which AutoDeploy shows as the pusher.</param>
public sealed record Sent(string Repository, string Delivery, string Digest, bool Good, bool Reversed);
