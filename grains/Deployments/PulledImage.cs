using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments;

/// <summary>Versions of a service whose source is an image: tags, resolved at the registry, pulled by digest.</summary>
internal sealed class PulledImage(Service service, Progress progress, DeploymentTools tools) : IProvision
{
    /// <summary>So often a tag is looked up that does not mean what the push said.</summary>
    private const int Tries = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public async Task<ServiceVersion> Resolve(CancellationToken cancellationToken)
    {
        var image = progress.Deployment.Image is { } text ? ImageName.Parse(text) : service.RunningImage;
        if (progress.Deployment.Digest is null)
        {
            // a push's digest is what it said the tag means; a digest that a person set is what is wanted
            var told = progress.Deployment.Cause.Kind == CauseKind.Push ? image.Digest : null;
            image = told is null ? image : image with { Digest = null };
            var digest = image.Digest;
            if (digest is null)
            {
                await progress.At(Steps.Resolve, cancellationToken);
                digest = await LookUp(image, told, cancellationToken);
                await progress.Log($"{image.Familiar()} is {digest}.");
            }

            await progress.KeepVersion(progress.Deployment with { Image = image.ToString(), Digest = digest }, digest, cancellationToken);
        }

        return new ServiceVersion { Image = image, Digest = progress.Deployment.Digest, Time = tools.Time.GetUtcNow() };
    }

    /// <summary>
    /// The registry is asked, since the tag may mean something newer than when it was pushed. But a registry (distribution is one) can tell of
    /// a push before the tag means it: an answer that is no news is not believed against what the push said.
    /// </summary>
    private async Task<string> LookUp(ImageName image, string? told, CancellationToken cancellationToken)
    {
        var credential = await Credential(image, cancellationToken);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var digest = await RegistryPatience.Ask(tools, progress.Log, token => tools.Registry.Resolve(image, credential, token), cancellationToken);
                if (told is null || digest == told)
                    return digest;
                if (tries == Tries)
                    return digest == service.Current?.Digest || service.Failed.Contains(digest) ? told : digest;
            }
            catch (RegistryException failure) when (failure.Fault == RegistryFault.NotFound && told is not null && tries < Tries)
            {
            }

            await Task.Delay(Pause, tools.Time, cancellationToken);
        }
    }

    public Task<string?> NothingToDo(ServiceVersion version, CancellationToken cancellationToken) => Task.FromResult(
        service.Current?.Digest == version.Digest ? $"{version} is what runs already; nothing was done."
        : WayBack.Covers(service, version.Digest!) ? $"{version} is not newer than what was rolled back; nothing was done."
        : service.Failed.Contains(version.Digest!) ? $"{version} failed before and is not tried again by itself; nothing was done."
        : null);

    public async Task<(ServiceVersion Version, EngineImage Image)> Provide(ServiceVersion version, CancellationToken cancellationToken)
    {
        if (await tools.Engine.FindImage(version.Reference, cancellationToken) is { } there)
            return (version, there);

        await progress.Towards(Steps.Pull, cancellationToken);
        await progress.Log($"Pulling {version}.");
        var begun = tools.Time.GetTimestamp();
        var credential = await Credential(version.Image, cancellationToken);
        var image = await Progress.Within(
            service.Settings.Limits.Pull,
            $"{version} could not be pulled",
            limited => RegistryPatience.Ask(
                tools,
                progress.Log,
                token => tools.Engine.Pull(version.Image, version.Digest!, credential, new LogProgress(progress), token),
                limited),
            cancellationToken);
        await progress.Log(string.Create(CultureInfo.InvariantCulture, $"Pulled in {tools.Time.GetElapsedTime(begun).TotalSeconds:0.0} s."));
        return (version, image);
    }

    private async Task<RegistryCredential?> Credential(ImageName image, CancellationToken cancellationToken) =>
        (await tools.Ledger.FindRegistry(service.Organization, image.Host, cancellationToken))?.Credential;

    /// <summary>Hands lines on to the log in their order.</summary>
    private sealed class LogProgress(Progress progress) : IProgress<PullReport>
    {
        public void Report(PullReport value)
        {
            progress.Numbers = progress.Numbers with { BytesPulled = value.Bytes, BytesTotal = value.Total };
            if (value.Line is not null)
                _ = progress.Log(value.Line);
        }
    }
}
