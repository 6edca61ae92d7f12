using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments;

/// <summary>Versions of a service whose source is an image: tags, resolved at the registry, pulled by digest.</summary>
internal sealed class PulledImage(Service service, Progress progress, DeploymentTools tools) : IProvision
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public async Task<ServiceVersion> Resolve(CancellationToken cancellationToken)
    {
        var image = progress.Deployment.Image is { } told ? ImageName.Parse(told) : service.RunningImage;
        if (progress.Deployment.Digest is null)
        {
            var digest = image.Digest;
            if (digest is null)
            {
                await progress.At(Steps.Resolve, cancellationToken);
                digest = await tools.Registry.Resolve(image, await Credential(image, cancellationToken), cancellationToken);
                await progress.Log($"{image.Familiar()} is {digest}.");
            }

            await progress.KeepVersion(progress.Deployment with { Image = image.ToString(), Digest = digest }, digest, cancellationToken);
        }

        return new ServiceVersion { Image = image, Digest = progress.Deployment.Digest, Time = tools.Time.GetUtcNow() };
    }

    public Task<string?> NothingToDo(ServiceVersion version, CancellationToken cancellationToken) => Task.FromResult(
        service.Current?.Digest == version.Digest ? $"{version} is what runs already; nothing was done."
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
            Deadline,
            $"{version} could not be pulled",
            limited => tools.Engine.Pull(version.Image, version.Digest!, credential, new LogProgress(progress), limited),
            cancellationToken);
        await progress.Log(string.Create(CultureInfo.InvariantCulture, $"Pulled in {tools.Time.GetElapsedTime(begun).TotalSeconds:0.0} s."));
        return (version, image);
    }

    private async Task<RegistryCredential?> Credential(ImageName image, CancellationToken cancellationToken) =>
        (await tools.Ledger.FindRegistry(service.Organization, image.Host, cancellationToken))?.Credential;

    /// <summary>Hands reports on to the log in their order.</summary>
    private sealed class LogProgress(Progress progress) : IProgress<string>
    {
        public void Report(string value) => _ = progress.Log(value);
    }
}
