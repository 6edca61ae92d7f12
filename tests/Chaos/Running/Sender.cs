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
        List<Task> told = [];
        foreach (var quality in pushes.Images)
        {
            if (series.Count > 0)
                await Task.Delay(pushes.Gap, cancellationToken);
            var sent = new Sent(pushes.Repository, Guid.NewGuid().ToString(), await images.Push(pushes.Repository, quality), Images.IsGood(quality), pushes.Reversed);
            _sent.Enqueue(sent);
            series.Add(sent);
            if (!pushes.Reversed)
                told.AddRange(Copies(sent, pushes.Copies));
        }

        if (pushes.Reversed)
            foreach (var sent in Enumerable.Reverse(series))
            {
                var copies = Copies(sent, pushes.Copies).ToList();
                told.AddRange(copies);
                await Task.WhenAll(copies);
            }

        await Task.WhenAll(told);
    }

    private IEnumerable<Task> Copies(Sent sent, int copies) => Enumerable.Range(0, copies).Select(_ => Tell(sent));

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
