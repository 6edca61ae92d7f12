using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    public async Task<EngineImage> Pull(
        ImageName image,
        string digest,
        RegistryCredential? credential,
        IProgress<PullReport>? progress,
        CancellationToken cancellationToken
    )
    {
        if (await FindImage(FormatPinned(image, digest), cancellationToken) is { } there)
            return there;

        var pull = new PullProgressReader(progress);
        try
        {
            await _docker.Execute(
                client =>
                    client.Images.CreateImageAsync(
                        new Api.ImagesCreateParameters { FromImage = image.Repository, Tag = digest },
                        CreateAuthConfig(credential),
                        pull,
                        cancellationToken
                    ),
                cancellationToken
            );
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unreachable)
        {
            throw PullProgressReader.Failure(
                image,
                digest,
                e.InnerException is global::Docker.DotNet.DockerApiException answer ? DockerErrorTranslator.GetMessage(answer) : e.Message,
                credential,
                e
            );
        }

        if (pull.Error is { } error)
            throw PullProgressReader.Failure(image, digest, error, credential, null);
        return await FindImage(FormatPinned(image, digest), cancellationToken)
            ?? throw new EngineException(
                EngineFault.NotFound,
                $"The image {image.Repository}@{digest} was pulled, but the engine does not have it."
            );
    }

    public async Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken) =>
        await InspectImage(reference, cancellationToken) is { } found ? Image(found) : null;

    public async Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken)
    {
        if (!ImageName.IsDigest(reference))
            return await Delete(reference, cancellationToken);

        // by its id the daemon would remove an image together with a single name that others gave it
        if (
            await InspectImage(image.ToString(), cancellationToken) is { } named
            && named.ID == reference
            && !await Delete(image.ToString(), cancellationToken)
        )
            return false;
        return await InspectImage(reference, cancellationToken) is not { } left
            || (!HasNames(left) && await Delete(reference, cancellationToken));
    }

    private static bool HasNames(Api.ImageInspectResponse image) => image.RepoTags is { Count: > 0 } || image.RepoDigests is { Count: > 0 };

    private static EngineImage Image(Api.ImageInspectResponse answer) =>
        new(answer.ID, ReadHealthCheck(answer.Config?.Healthcheck)) { Volumes = [.. answer.Config?.Volumes?.Keys ?? []] };

    private Task<Api.ImageInspectResponse?> InspectImage(string reference, CancellationToken cancellationToken) =>
        _docker.Find(client => client.Images.InspectImageAsync(reference, cancellationToken), cancellationToken);

    /// <summary>Whether the image, or at least that name of it, is gone; false: it is in use.</summary>
    private async Task<bool> Delete(string reference, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Execute(
                client => client.Images.DeleteImageAsync(reference, new Api.ImageDeleteParameters(), cancellationToken),
                cancellationToken
            );
            return true;
        }
        catch (EngineException e) when (e.Fault is EngineFault.NotFound or EngineFault.Conflict)
        {
            return e.Fault == EngineFault.NotFound;
        }
    }

    private static string FormatPinned(ImageName image, string digest) => $"{image.Repository}@{digest}";

    private static Api.AuthConfig? CreateAuthConfig(RegistryCredential? credential) =>
        credential is null
            ? null
            : new Api.AuthConfig
            {
                Username = credential.Username,
                Password = credential.Password,
                ServerAddress = ServerAddress(credential),
            };

    private static string ServerAddress(RegistryCredential credential) =>
        credential.Host == ImageName.DockerHub ? "https://index.docker.io/v1/" : credential.Host;

    private static EngineHealthCheck? ReadHealthCheck(Api.HealthcheckConfig? config)
    {
        IReadOnlyList<string>? command = config?.Test switch
        {
            ["CMD", _, ..] => [.. config.Test.Skip(1)],
            ["CMD-SHELL", var line, ..] => ["/bin/sh", "-c", line],
            _ => null,
        };
        return command is null
            ? null
            : new EngineHealthCheck(
                command,
                UsePositive(config!.Interval, 30),
                UsePositive(config.Timeout, 30),
                config.Retries is > 0 and var retries ? (int)Math.Min(retries, int.MaxValue) : 3,
                UsePositive(config.StartPeriod, 0)
            );
    }

    private static TimeSpan UsePositive(TimeSpan? time, int defaultSeconds) =>
        time > TimeSpan.Zero ? time.Value : TimeSpan.FromSeconds(defaultSeconds);
}
