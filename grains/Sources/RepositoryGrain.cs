using System.Collections.Immutable;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>
/// Fans the pushes of one git repository out. What was pushed it reads from the repository itself, once for all services, and only when
/// there is a service that follows the branch.
/// </summary>
public sealed partial class RepositoryGrain(
    ILedger ledger,
    IGit git,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<RepositoryGrain> logger
) : SourceGrain(ledger, time, host, logger), IRepositoryGrain
{
    /// <summary>So long after a push its commit may still be on its way to the server that we ask.</summary>
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromMinutes(1);

    /// <summary>A person waits for the answer.</summary>
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(5);

    public async Task<ImmutableArray<string>> FindUncovered(string organization, GitSource source, ImmutableArray<string> values)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        limit.CancelAfter(FindTimeout);
        try
        {
            var remote = await Ledger.Resolve(organization, source, limit.Token);
            var head = await git.Fetch(remote, source.Branch, null, limit.Token);
            return await git.Files(remote, head.Id, limit.Token) is { } files
                ? [.. values.Where(value => !files.Any(file => RestrictionRules.Covers(value, file)))]
                : [];
        }
        catch (Exception failure) when (failure is GitException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>
    /// Where no service has the repository by the name that the sender calls it, those are meant that have its path at a host of another
    /// name.
    /// </summary>
    protected override async Task<string> FindSubscriptionName(CancellationToken cancellationToken) =>
        RepositoryName.FindAlias(Source) is { } alias && (await Ledger.ListSubscribers(Source, null, 1, cancellationToken)).Count == 0
            ? alias
            : Source;

    protected override Task<IPushFanOut> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken) =>
        Task.FromResult<IPushFanOut>(new GitPushFanOut(this, push, byName: !RepositoryName.IsPathSource(subscribedAs)));

    private async Task<PushedCommit?> ReadCommit(Push push, GitSource source, CancellationToken cancellationToken)
    {
        var remote = await Ledger.Resolve(push.Organization, source, cancellationToken);
        try
        {
            var commit = await git.Fetch(remote, push.Branch, push.Commit, cancellationToken);
            return new PushedCommit
            {
                Repository = remote.Repository.Key,
                Id = commit.Id,
                SkipMarker = SkipMarkerFinder.Find(commit.Message),
            };
        }
        catch (GitException failure) when (failure.IsTransient && Time.GetUtcNow() - push.Received < FetchTimeout)
        {
            LogRetryLater(Logger, push.ToString(), failure.Message);
            return null;
        }
        catch (GitException failure)
        {
            LogUnreadable(Logger, push.ToString(), failure.Message);
            return new PushedCommit
            {
                Repository = remote.Repository.Key,
                Id = push.Commit,
                Problem = failure.Message,
                LeftBranch = failure.Fault == GitFault.NotOnBranch,
            };
        }
    }

    /// <param name="byName">The services have the repository by the very name that the sender calls it.</param>
    private sealed class GitPushFanOut(RepositoryGrain grain, Push push, bool byName) : IPushFanOut
    {
        /// <summary>By repository: behind a path alone there can be several.</summary>
        private readonly Dictionary<string, PushedCommit> _read = [];

        private readonly HashSet<string> _tried = [];

        public async Task<FanOutResult> EvaluateBatch(IReadOnlyList<Guid> serviceIds, CancellationToken cancellationToken)
        {
            var known = byName ? _read.Values.FirstOrDefault() : null;
            var replies = await Task.WhenAll(serviceIds.Select(serviceId => grain.Evaluate(serviceId, push, known)));
            var failed = false;
            var unread = new List<(Guid Service, PushedCommit Commit)>();
            for (var i = 0; i < replies.Length; i++)
            {
                failed |= replies[i] is null;
                if (replies[i]?.UnreadSource is not { } source)
                    continue;
                var key = source.Repository.Key;
                if (!_read.TryGetValue(key, out var commit) || (commit.Problem is not null && !_tried.Contains(source.Url)))
                {
                    // another form of the repository's URL may have credentials where the first has none
                    _tried.Add(source.Url);
                    if (await grain.ReadCommit(push, source, cancellationToken) is not { } read)
                        return FanOutResult.NotYet;
                    _read[key] = commit = read;
                }

                // a repository of the same path that does not have the commit is another one: it is not concerned
                if (byName || commit.Problem is null)
                    unread.Add((serviceIds[i], commit));
            }

            var again = await Task.WhenAll(unread.Select(u => grain.Evaluate(u.Service, push, u.Commit)));
            return failed || Array.Exists(again, reply => reply is null) ? FanOutResult.Failed : FanOutResult.Done;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Push of {Push} cannot be read yet: {Reason}")]
    private static partial void LogRetryLater(ILogger logger, string push, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Push of {Push} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string push, string reason);
}
