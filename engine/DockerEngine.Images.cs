using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Engine;

public sealed partial class DockerEngine
{
    public async Task<EngineImage> Pull(
        ImageName image, string digest, RegistryCredential? credential, IProgress<PullReport>? progress, CancellationToken cancellationToken)
    {
        if (await FindImage(Pinned(image, digest), cancellationToken) is { } there)
            return there;

        var pull = new PullProgress(progress);
        try
        {
            await _docker.Ask(
                client => client.Images.CreateImageAsync(
                    new Api.ImagesCreateParameters { FromImage = image.Repository, Tag = digest },
                    AuthFor(credential),
                    pull,
                    cancellationToken),
                cancellationToken);
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unreachable)
        {
            throw PullProgress.Failure(image, digest, e.InnerException is Docker.DotNet.DockerApiException answer ? DockerFaults.Words(answer) : e.Message, credential, e);
        }

        if (pull.Error is { } error)
            throw PullProgress.Failure(image, digest, error, credential, null);
        return await FindImage(Pinned(image, digest), cancellationToken)
            ?? throw new EngineException(EngineFault.NotFound, $"The image {image.Repository}@{digest} was pulled, but the engine does not have it.");
    }

    public async Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken) =>
        await InspectImage(reference, cancellationToken) is { } found ? Image(found) : null;

    public async Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken)
    {
        if (!ImageName.IsDigest(reference))
            return await Delete(reference, cancellationToken);

        // by its id the daemon would remove an image together with a single name that others gave it
        if (await InspectImage(image.ToString(), cancellationToken) is { } named && named.ID == reference && !await Delete(image.ToString(), cancellationToken))
            return false;
        return await InspectImage(reference, cancellationToken) is not { } left
            || (!HasNames(left) && await Delete(reference, cancellationToken));
    }

    private static bool HasNames(Api.ImageInspectResponse image) => image.RepoTags is { Count: > 0 } || image.RepoDigests is { Count: > 0 };

    private static EngineImage Image(Api.ImageInspectResponse answer) =>
        new(answer.ID, HealthCheckOf(answer.Config?.Healthcheck)) { Volumes = [.. answer.Config?.Volumes?.Keys ?? []] };

    private Task<Api.ImageInspectResponse?> InspectImage(string reference, CancellationToken cancellationToken) =>
        _docker.Look(client => client.Images.InspectImageAsync(reference, cancellationToken), cancellationToken);

    /// <summary>Whether the image, or at least that name of it, is gone; false: it is in use.</summary>
    private async Task<bool> Delete(string reference, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Ask(
                client => client.Images.DeleteImageAsync(reference, new Api.ImageDeleteParameters(), cancellationToken), cancellationToken);
            return true;
        }
        catch (EngineException e) when (e.Fault is EngineFault.NotFound or EngineFault.Conflict)
        {
            return e.Fault == EngineFault.NotFound;
        }
    }

    private static string Pinned(ImageName image, string digest) => $"{image.Repository}@{digest}";

    private static Api.AuthConfig? AuthFor(RegistryCredential? credential) => credential is null ? null : new Api.AuthConfig
    {
        Username = credential.Username,
        Password = credential.Password,
        ServerAddress = ServerAddress(credential),
    };

    private static string ServerAddress(RegistryCredential credential) =>
        credential.Host == ImageName.DockerHub ? "https://index.docker.io/v1/" : credential.Host;

    private static EngineHealthCheck? HealthCheckOf(Api.HealthcheckConfig? config)
    {
        IReadOnlyList<string>? command = config?.Test switch
        {
            ["CMD", _, ..] => [.. config.Test.Skip(1)],
            ["CMD-SHELL", var line, ..] => ["/bin/sh", "-c", line],
            _ => null,
        };
        return command is null ? null : new EngineHealthCheck(
            command,
            Positive(config!.Interval, 30),
            Positive(config.Timeout, 30),
            config.Retries is > 0 and var retries ? (int)Math.Min(retries, int.MaxValue) : 3,
            Positive(config.StartPeriod, 0));
    }

    private static TimeSpan Positive(TimeSpan? time, int defaultSeconds) =>
        time > TimeSpan.Zero ? time.Value : TimeSpan.FromSeconds(defaultSeconds);
}
