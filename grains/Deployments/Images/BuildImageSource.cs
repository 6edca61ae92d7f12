using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Deployments.Pipeline;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments.Images;

/// <summary>Versions of a service whose source is a git repository: commits, built by the engine.</summary>
internal sealed class BuildImageSource(DeploymentContext context, IImageBuilder builder, IContainerEngine engine) : IImageSource
{
    private const int MaxRegistries = 1000;

    private readonly DeploymentTools _tools = context.Tools;
    private readonly Service _service = context.Service;
    private readonly GitSource _source = context.Service.Settings.Git!;

    public async Task<ServiceVersion> ResolveVersion(CancellationToken cancellationToken)
    {
        if (context.Deployment is { Commit: { } known, Digest: { } digest })
            return CreateVersion(known, digest);

        await context.EnterPreparation(DeploymentStep.Resolve, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.SupersededToken);
        var told = context.Deployment.Commit;
        var commit = await _tools.Git.Fetch(await FindRemote(cancellationToken), _source.Branch, told, either.Token);
        if (told is null || told != commit.Id)
            await context.Log($"{_source.Repository} ({_source.Branch}) is at {commit.Id}.");
        await context.SaveVersion(context.Deployment with { Commit = commit.Id, Repository = _source.Url }, commit.Id, cancellationToken);
        return CreateVersion(commit.Id, null);
    }

    public async Task<string?> FindReasonToSkip(ServiceVersion version, CancellationToken cancellationToken)
    {
        var commit = version.Commit!;
        if (_service.Current?.Commit == commit)
            return $"{version} is what runs already; nothing was done.";
        if (RollbackTargets.Covers(_service, commit))
            return $"{version} is not newer than what was rolled back; nothing was done.";
        if (_service.Failed.Contains(commit))
            return $"{version} failed before and is not tried again by itself; nothing was done.";
        if (_service.Current?.Commit is not { } running)
            return null;

        // something else may run now than when the push was judged
        var difference = await _tools.Git.Compare(await FindRemote(cancellationToken), running, commit, cancellationToken);
        return difference.Relation == GitRelation.Older ? $"{version} is older than what runs; nothing was done."
            : RestrictionRules.FindObjection(_service.Settings.Restrictions, difference.Files) is { } objection
                ? $"{objection} Nothing was done."
            : null;
    }

    // it is built here, from a commit
    public Task VerifySignature(ServiceVersion version, CancellationToken cancellationToken) => Task.CompletedTask;

    // the time of a build does not count the wait for other builds
    public StepTimeout? GetAcquireTimeout(ServiceVersion version) => null;

    public async Task<(ServiceVersion Version, EngineImage Image)> Acquire(ServiceVersion version, CancellationToken cancellationToken)
    {
        if (version.Digest is not null && await builder.FindImage(version.Reference, cancellationToken) is { } there)
            return (version, there);

        await context.EnterPreparation(DeploymentStep.Build, cancellationToken);
        var image = await Build(version.Commit!, cancellationToken);
        await builder.Tag(image.Id, version.Image, cancellationToken);
        await context.Save(context.Deployment with { Image = version.Image.ToString(), Digest = image.Id }, cancellationToken);
        return (version with { Digest = image.Id }, image);
    }

    public Task<bool> Remove(ServiceVersion version, CancellationToken cancellationToken) =>
        engine.RemoveImage(version.Image, version.Reference, cancellationToken);

    private async Task<EngineImage> Build(string id, CancellationToken cancellationToken)
    {
        var remote = await FindRemote(cancellationToken);
        var registries = BuildCredentials.From(
            _service.Image,
            _source,
            (await _tools.Ledger.ListRegistries(_service.Organization, MaxRegistries, 0, cancellationToken)).Items
        );
        var begun = _tools.Time.GetTimestamp();
        var (engineName, key) = (context.Deployment.Engine, CreateBuildKey(id));
        var again = context.Deployment.Cause.Kind != CauseKind.Push && _service.Current?.Commit == id;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.SupersededToken);

        await context.Log($"Building {GitRefs.Shorten(id)} of {_source.Repository} ({_source.Branch}).");
        EngineImage image;
        await using (var lines = new BuildLog(context.Log))
        {
            image = await _tools.Builds.Run(
                key,
                new BuildStepParser(lines, At),
                context.Deployment.Cause.Kind == CauseKind.Person,
                Limited,
                either.Token
            );
        }

        await context.Log(
            string.Create(CultureInfo.InvariantCulture, $"Built in {_tools.Time.GetElapsedTime(begun).TotalSeconds:0.0} s: {image.Id}.")
        );
        return image;

        void At(int step, int steps) => context.Progress = context.Progress with { BuildStep = step, BuildSteps = steps };

        // the time begins with the build, not with the wait for it
        Task<EngineImage> Limited(IProgress<string> output, CancellationToken stopped) =>
            context.RunWithin(
                _service.Settings.Limits.Build,
                $"{GitRefs.Shorten(id)} could not be built",
                limited => Begin(output, limited),
                stopped
            );

        // outside of this grain's turn: others may want the same
        async Task<EngineImage> Begin(IProgress<string> output, CancellationToken stopped)
        {
            // a person who redeploys what runs wants it built anew; otherwise the same is not built twice
            if (
                !again
                && await _tools.Ledger.FindBuild(engineName, key, stopped) is { } known
                && await builder.FindImage(known, stopped) is { } built
            )
            {
                output.Report("It has been built before.");
                return built;
            }

            var commit = await _tools.Git.Fetch(remote, _source.Branch, id, stopped);
            await using var context = await _tools.Git.OpenContext(remote, id, _source, stopped);
            var spec = new BuildSpec
            {
                Key = key,
                Dockerfile = context.Dockerfile,
                Arguments = _source.BuildArguments,
                Target = _source.Target,
                // as of the commit, so that the same commit gives the same image; names of the OCI image specification
                Labels = new Dictionary<string, string>
                {
                    ["org.opencontainers.image.source"] = _source.Repository.Url,
                    ["org.opencontainers.image.revision"] = id,
                    ["org.opencontainers.image.created"] = commit.Time.UtcDateTime.ToString(
                        "yyyy-MM-dd'T'HH:mm:ss'Z'",
                        CultureInfo.InvariantCulture
                    ),
                },
                Credentials = registries.Given,
            };
            var image = await registries.Explain(() => builder.Build(spec, context.Content, output, stopped));
            await _tools.Ledger.RecordBuild(engineName, key, image.Id, stopped);
            return image;
        }
    }

    private ServiceVersion CreateVersion(string commit, string? digest) =>
        new()
        {
            Image = _service.Image with { Tag = GitRefs.Shorten(commit) },
            Digest = digest,
            Commit = commit,
            Time = _tools.Time.GetUtcNow(),
        };

    /// <summary>
    /// Equal for builds that cannot differ. Organizations share none: their repositories of one name and their base images may not be the
    /// same.
    /// </summary>
    private string CreateBuildKey(string commit) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    JsonSerializer.Serialize(
                        new
                        {
                            _service.Organization,
                            Repository = _source.Repository.Key,
                            commit,
                            _source.RootPath,
                            _source.DockerfilePath,
                            Arguments = _source.BuildArguments.OrderBy(a => a.Key, StringComparer.Ordinal),
                            _source.Target,
                            _source.Submodules,
                            _source.SubmodulePaths,
                        }
                    )
                )
            )
        );

    private Task<GitRemote> FindRemote(CancellationToken cancellationToken) =>
        _tools.Ledger.Resolve(_service.Organization, _source, cancellationToken);
}
