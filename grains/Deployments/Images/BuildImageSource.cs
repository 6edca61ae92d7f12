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
internal sealed class BuildImageSource(Service service, GitSource source, DeploymentContext context, DeploymentTools tools) : IImageSource
{
    private const int MaxRegistries = 1000;

    public async Task<ServiceVersion> ResolveVersion(CancellationToken cancellationToken)
    {
        if (context.Deployment is { Commit: { } known, Digest: { } digest })
            return CreateVersion(known, digest);

        await context.EnterPreparation(DeploymentStep.Resolve, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.SupersededToken);
        var told = context.Deployment.Commit;
        var commit = await tools.Git.Fetch(await FindRemote(cancellationToken), source.Branch, told, either.Token);
        if (told is null || told != commit.Id)
            await context.Log($"{source.Repository} ({source.Branch}) is at {commit.Id}.");
        await context.SaveVersion(context.Deployment with { Commit = commit.Id, Repository = source.Url }, commit.Id, cancellationToken);
        return CreateVersion(commit.Id, null);
    }

    public async Task<string?> FindReasonToSkip(ServiceVersion version, CancellationToken cancellationToken)
    {
        var commit = version.Commit!;
        if (service.Current?.Commit == commit)
            return $"{version} is what runs already; nothing was done.";
        if (RollbackTargets.Covers(service, commit))
            return $"{version} is not newer than what was rolled back; nothing was done.";
        if (service.Failed.Contains(commit))
            return $"{version} failed before and is not tried again by itself; nothing was done.";
        if (service.Current?.Commit is not { } running)
            return null;

        // something else may run now than when the push was judged
        var difference = await tools.Git.Compare(await FindRemote(cancellationToken), running, commit, cancellationToken);
        return difference.Relation == GitRelation.Older ? $"{version} is older than what runs; nothing was done."
            : RestrictionRules.FindObjection(service.Settings.Restrictions, difference.Files) is { } objection
                ? $"{objection} Nothing was done."
            : null;
    }

    // the time of a build does not count the wait for other builds
    public StepTimeout? GetAcquireTimeout(ServiceVersion version) => null;

    public async Task<(ServiceVersion Version, EngineImage Image)> Acquire(ServiceVersion version, CancellationToken cancellationToken)
    {
        if (version.Digest is not null && await tools.Engine.FindImage(version.Reference, cancellationToken) is { } there)
            return (version, there);

        await context.EnterPreparation(DeploymentStep.Build, cancellationToken);
        var image = await Build(version.Commit!, cancellationToken);
        await tools.Engine.Tag(image.Id, version.Image, cancellationToken);
        await context.Save(context.Deployment with { Image = version.Image.ToString(), Digest = image.Id }, cancellationToken);
        return (version with { Digest = image.Id }, image);
    }

    private async Task<EngineImage> Build(string id, CancellationToken cancellationToken)
    {
        var remote = await FindRemote(cancellationToken);
        var registries = BuildCredentials.From(
            service.Image,
            source,
            (await tools.Ledger.ListRegistries(service.Organization, MaxRegistries, 0, cancellationToken)).Items
        );
        var begun = tools.Time.GetTimestamp();
        var (engine, key) = (context.Deployment.Engine, CreateBuildKey(id));
        var again = context.Deployment.Cause.Kind != CauseKind.Push && service.Current?.Commit == id;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.SupersededToken);

        await context.Log($"Building {GitRefs.Shorten(id)} of {source.Repository} ({source.Branch}).");
        EngineImage image;
        await using (var lines = new BuildLog(context.Log))
        {
            image = await tools.Builds.Run(
                key,
                new BuildStepParser(lines, At),
                context.Deployment.Cause.Kind == CauseKind.Person,
                Limited,
                either.Token
            );
        }

        await context.Log(
            string.Create(CultureInfo.InvariantCulture, $"Built in {tools.Time.GetElapsedTime(begun).TotalSeconds:0.0} s: {image.Id}.")
        );
        return image;

        void At(int step, int steps) => context.Progress = context.Progress with { BuildStep = step, BuildSteps = steps };

        // the time begins with the build, not with the wait for it
        Task<EngineImage> Limited(IProgress<string> output, CancellationToken stopped) =>
            context.RunWithin(
                service.Settings.Limits.Build,
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
                && await tools.Ledger.FindBuild(engine, key, stopped) is { } known
                && await tools.Engine.FindImage(known, stopped) is { } built
            )
            {
                output.Report("It has been built before.");
                return built;
            }

            var commit = await tools.Git.Fetch(remote, source.Branch, id, stopped);
            await using var context = await tools.Git.OpenContext(remote, id, source, stopped);
            var spec = new BuildSpec
            {
                Key = key,
                Dockerfile = context.Dockerfile,
                Arguments = source.BuildArguments,
                Target = source.Target,
                // as of the commit, so that the same commit gives the same image; names of the OCI image specification
                Labels = new Dictionary<string, string>
                {
                    ["org.opencontainers.image.source"] = source.Repository.Url,
                    ["org.opencontainers.image.revision"] = id,
                    ["org.opencontainers.image.created"] = commit.Time.UtcDateTime.ToString(
                        "yyyy-MM-dd'T'HH:mm:ss'Z'",
                        CultureInfo.InvariantCulture
                    ),
                },
                Credentials = registries.Given,
            };
            var image = await registries.Explain(() => tools.Engine.Build(spec, context.Content, output, stopped));
            await tools.Ledger.RecordBuild(engine, key, image.Id, stopped);
            return image;
        }
    }

    private ServiceVersion CreateVersion(string commit, string? digest) =>
        new()
        {
            Image = service.Image with { Tag = GitRefs.Shorten(commit) },
            Digest = digest,
            Commit = commit,
            Time = tools.Time.GetUtcNow(),
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
                            service.Organization,
                            Repository = source.Repository.Key,
                            commit,
                            source.RootPath,
                            source.DockerfilePath,
                            Arguments = source.BuildArguments.OrderBy(a => a.Key, StringComparer.Ordinal),
                            source.Target,
                            source.Submodules,
                            source.SubmodulePaths,
                        }
                    )
                )
            )
        );

    private Task<GitRemote> FindRemote(CancellationToken cancellationToken) =>
        tools.Ledger.Resolve(service.Organization, source, cancellationToken);
}
