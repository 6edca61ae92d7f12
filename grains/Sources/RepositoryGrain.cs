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
    ILedger ledger, IGit git, TimeProvider time, IHostApplicationLifetime host, ILogger<RepositoryGrain> logger)
    : SourceGrain(ledger, time, host, logger), IRepositoryGrain
{
    /// <summary>So long after a push its commit may still be on its way to the server that we ask.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A person waits for the answer.</summary>
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(5);

    public async Task<ImmutableArray<string>> FindUncovered(string organization, GitSource source, ImmutableArray<string> values)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        limit.CancelAfter(FindTimeout);
        try
        {
            var remote = await Ledger.RemoteFor(organization, source, limit.Token);
            var head = await git.Fetch(remote, source.Branch, null, limit.Token);
            return await git.Files(remote, head.Id, limit.Token) is { } files
                ? [.. values.Where(value => !files.Any(file => Restrictions.Covers(value, file)))]
                : [];
        }
        catch (Exception failure) when (failure is GitException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>Where no service has the repository by the name that the sender calls it, those are meant that have its path at a host of another name.</summary>
    protected override async Task<string> SubscribedAs(CancellationToken cancellationToken) =>
        RepositoryName.AliasOf(Source) is { } alias && (await Ledger.Subscribers(Source, null, 1, cancellationToken)).Count == 0 ? alias : Source;

    protected override Task<IOffering> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken) =>
        Task.FromResult<IOffering>(new Offering(this, push, byName: !RepositoryName.IsPathSource(subscribedAs)));

    private async Task<PushedCommit?> Read(Push push, GitSource source, CancellationToken cancellationToken)
    {
        var remote = await Ledger.RemoteFor(push.Organization, source, cancellationToken);
        try
        {
            var commit = await git.Fetch(remote, push.Branch, push.Commit, cancellationToken);
            return new PushedCommit { Repository = remote.Repository.Key, Id = commit.Id, SkipMarker = SkipMarkers.Find(commit.Message) };
        }
        catch (GitException failure) when (failure.MayPass && Time.GetUtcNow() - push.Received < Patience)
        {
            LogNotYet(Logger, push.ToString(), failure.Message);
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
    private sealed class Offering(RepositoryGrain grain, Push push, bool byName) : IOffering
    {
        /// <summary>By repository: behind a path alone there can be several.</summary>
        private readonly Dictionary<string, PushedCommit> _read = [];

        private readonly HashSet<string> _tried = [];

        public async Task<Offered> OfferTo(IReadOnlyList<Guid> services, CancellationToken cancellationToken)
        {
            var known = byName ? _read.Values.FirstOrDefault() : null;
            var replies = await Task.WhenAll(services.Select(service => grain.Offer(service, push, known)));
            var failed = false;
            var unread = new List<(Guid Service, PushedCommit Commit)>();
            for (var i = 0; i < replies.Length; i++)
            {
                failed |= replies[i] is null;
                if (replies[i]?.Unread is not { } source)
                    continue;
                var key = source.Repository.Key;
                if (!_read.TryGetValue(key, out var commit) || (commit.Problem is not null && !_tried.Contains(source.Url)))
                {
                    // another form of the repository's URL may have credentials where the first has none
                    _tried.Add(source.Url);
                    if (await grain.Read(push, source, cancellationToken) is not { } read)
                        return Offered.NotYet;
                    _read[key] = commit = read;
                }

                // a repository of the same path that does not have the commit is another one: it is not concerned
                if (byName || commit.Problem is null)
                    unread.Add((services[i], commit));
            }

            var again = await Task.WhenAll(unread.Select(u => grain.Offer(u.Service, push, u.Commit)));
            return failed || Array.Exists(again, reply => reply is null) ? Offered.Failed : Offered.Done;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "push of {Push} cannot be read yet: {Reason}")]
    private static partial void LogNotYet(ILogger logger, string push, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "push of {Push} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string push, string reason);
}
