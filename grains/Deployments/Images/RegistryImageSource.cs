using System.Globalization;
using AutoDeploy.Deployments.Pipeline;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments.Images;

/// <summary>Versions of a service whose source is an image: tags, resolved at the registry, pulled by digest.</summary>
internal sealed class RegistryImageSource(DeploymentContext context, IContainerEngine engine) : IImageSource
{
    /// <summary>
    /// So long a tag is looked up again that does not mean what the push said. One told of later than that was told of too late.
    /// </summary>
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ResolveRetryDelay = TimeSpan.FromMilliseconds(300);

    private readonly DeploymentTools _tools = context.Tools;
    private readonly Service _service = context.Service;

    public async Task<ServiceVersion> ResolveVersion(CancellationToken cancellationToken)
    {
        var image = context.Deployment.Image is { } text ? ImageName.Parse(text) : _service.RunningImage;
        if (context.Deployment.Digest is null)
        {
            // a push's digest is what it said the tag means; a digest that a person set is what is wanted
            var told = context.Deployment.Cause.Kind == CauseKind.Push ? image.Digest : null;
            image = told is null ? image : image with { Digest = null };
            var digest = image.Digest;
            if (digest is null)
            {
                await context.EnterStep(DeploymentStep.Resolve, cancellationToken);
                digest = await ResolveDigest(image, told, cancellationToken);
                await context.Log($"{image.ToFamiliarString()} is {digest}.");
            }

            await context.SaveVersion(context.Deployment with { Image = image.ToString(), Digest = digest }, digest, cancellationToken);
        }

        return new ServiceVersion
        {
            Image = image,
            Digest = context.Deployment.Digest,
            Time = _tools.Time.GetUtcNow(),
        };
    }

    /// <summary>
    /// The registry is asked, since the tag may mean something newer than when it was pushed. But a registry (distribution is one) can tell
    /// of
    /// a push before the tag means it: for a while, an answer that is no news is not believed against what the push said.
    /// </summary>
    private async Task<string> ResolveDigest(ImageName image, string? told, CancellationToken cancellationToken)
    {
        var credential = await FindCredential(image, cancellationToken);
        var begun = _tools.Time.GetTimestamp();
        var said = false;
        while (true)
        {
            var isLast = told is null || _tools.Time.GetElapsedTime(begun) > ResolveTimeout;
            try
            {
                var digest = await RegistryRetry.Run(
                    _tools,
                    context.Log,
                    token => _tools.Registry.Resolve(image, credential, token),
                    cancellationToken
                );
                if (isLast || digest == told || (digest != _service.Current?.Digest && !_service.Failed.Contains(digest)))
                    return digest;
            }
            catch (RegistryException failure) when (failure.Fault == RegistryFault.NotFound && !isLast) { }

            if (!said)
                await context.Log($"The registry does not say yet that {image.ToFamiliarString()} is {told}. Asking again.");
            said = true;
            await Task.Delay(ResolveRetryDelay, _tools.Time, cancellationToken);
        }
    }

    public Task<string?> FindReasonToSkip(ServiceVersion version, CancellationToken cancellationToken) =>
        Task.FromResult(
            _service.Current?.Digest == version.Digest ? $"{version} is what runs already; nothing was done."
            : RollbackTargets.Covers(_service, version.Digest!) ? $"{version} is not newer than what was rolled back; nothing was done."
            : _service.Failed.Contains(version.Digest!) ? $"{version} failed before and is not tried again by itself; nothing was done."
            : null
        );

    public async Task VerifySignature(ServiceVersion version, CancellationToken cancellationToken) =>
        await new SignatureGate(context).ThrowIfUnsigned(
            version,
            await FindCredential(version.Image, cancellationToken),
            cancellationToken
        );

    public StepTimeout? GetAcquireTimeout(ServiceVersion version) => new(_service.Settings.Limits.Pull, $"{version} could not be pulled");

    public async Task<(ServiceVersion Version, EngineImage Image)> Acquire(ServiceVersion version, CancellationToken cancellationToken)
    {
        if (await engine.FindImage(version.Reference, cancellationToken) is { } there)
            return (version, there);

        await context.EnterPreparation(DeploymentStep.Pull, cancellationToken);
        await context.Log($"Pulling {version}.");
        var begun = _tools.Time.GetTimestamp();
        var credential = await FindCredential(version.Image, cancellationToken);
        var image = await RegistryRetry.Run(
            _tools,
            context.Log,
            token => engine.Pull(version.Image, version.Digest!, credential, new LogProgress(context), token),
            cancellationToken
        );
        await context.Log(
            string.Create(CultureInfo.InvariantCulture, $"Pulled in {_tools.Time.GetElapsedTime(begun).TotalSeconds:0.0} s.")
        );
        return (version, image);
    }

    public Task<bool> Remove(ServiceVersion version, CancellationToken cancellationToken) =>
        engine.RemoveImage(version.Image, version.Reference, cancellationToken);

    private async Task<RegistryCredential?> FindCredential(ImageName image, CancellationToken cancellationToken) =>
        (await _tools.Ledger.FindRegistry(_service.Organization, image, cancellationToken))?.Credential;

    /// <summary>Hands lines on to the log in their order.</summary>
    private sealed class LogProgress(DeploymentContext context) : IProgress<PullReport>
    {
        public void Report(PullReport value)
        {
            context.Progress = context.Progress with { BytesPulled = value.Bytes, BytesTotal = value.Total };
            if (value.Line is not null)
                _ = context.Log(value.Line);
        }
    }
}
