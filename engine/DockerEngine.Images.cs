using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Engine;

public sealed partial class DockerEngine
{
    public async Task<EngineImage> Pull(
        ImageName image, string digest, RegistryCredential? credential, IProgress<string>? progress, CancellationToken cancellationToken)
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

    public async Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken)
    {
        var found = await _docker.Look(client => client.Images.InspectImageAsync(reference, cancellationToken), cancellationToken);
        return found is null ? null : new EngineImage(found.ID, HealthCheckOf(found.Config?.Healthcheck));
    }

    public async Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken)
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

    public Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public Task<EngineImage?> FindBuilt(string key, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task Tag(string id, ImageName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    private static string Pinned(ImageName image, string digest) => $"{image.Repository}@{digest}";

    private static Api.AuthConfig? AuthFor(RegistryCredential? credential) => credential is null ? null : new Api.AuthConfig
    {
        Username = credential.Username,
        Password = credential.Password,
        ServerAddress = credential.Host == ImageName.DockerHub ? "https://index.docker.io/v1/" : credential.Host,
    };

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
