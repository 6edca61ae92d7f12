using System.Runtime.ExceptionServices;
using System.Text.Json;
using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    /// <summary>The builder that needs nothing from its client but the context.</summary>
    private const string ClassicBuilder = "1";

    public async Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken)
    {
        var built = await Build(Parameters(spec), spec, context, lines, cancellationToken);
        // an image that others shall build upon would have its ONBUILD triggers run here
        if (built.Config?.OnBuild is { Count: > 0 })
        {
            lines.Report("The image has ONBUILD triggers, so it stays without our labels.");
            if (spec.Name is { } name)
                await Tag(built.ID, name, cancellationToken);
            return Image(built);
        }

        using var labels = LabelImageContext.Context(built.ID, ContainerLabelNames.WriteImage(spec.Labels, spec.Key));
        return Image(await Build(LabelParameters(spec), spec, labels, new Reporter<string>(_ => { }), cancellationToken));
    }

    private async Task<Api.ImageInspectResponse> Build(
        Api.ImageBuildParameters parameters,
        BuildSpec spec,
        Stream context,
        IProgress<string> lines,
        CancellationToken cancellationToken
    )
    {
        var archive = new BuildContextStream(context);
        var output = new BuildOutputReader(lines);
        try
        {
            await _docker.Execute(
                client =>
                    client.Images.BuildImageFromDockerfileAsync(
                        parameters,
                        archive,
                        null,
                        RegistryConfig(spec.Credentials),
                        output,
                        cancellationToken
                    ),
                cancellationToken
            );
        }
        catch (EngineException) when (archive.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(archive.Failure);
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unreachable)
        {
            throw BuildOutputReader.Failure(
                spec,
                e.InnerException is global::Docker.DotNet.DockerApiException answer ? DockerErrorTranslator.GetMessage(answer) : e.Message,
                e
            );
        }
        finally
        {
            output.End();
        }

        // a daemon that stops kills the build's container, which looks like a failed step; at that point it accepts no new connections
        if (output.Error is { } error)
            throw await _docker.Accepts(cancellationToken)
                ? BuildOutputReader.Failure(spec, error, null)
                : new EngineException(EngineFault.Unreachable, $"The Docker engine at {_docker.Endpoint} went away during the build.");
        return output.Id is { } id && await InspectImage(id, cancellationToken) is { } image
            ? image
            : throw new EngineException(EngineFault.NotFound, "The image was built, but the engine does not have it.");
    }

    public Task Tag(string id, ImageName name, CancellationToken cancellationToken) =>
        _docker.Execute(
            client =>
                client.Images.TagImageAsync(
                    id,
                    new Api.ImageTagParameters { RepositoryName = name.Repository, Tag = name.Tag },
                    cancellationToken
                ),
            cancellationToken
        );

    private static Api.ImageBuildParameters Parameters(BuildSpec spec) =>
        new()
        {
            Version = ClassicBuilder,
            Dockerfile = spec.Dockerfile,
            BuildArgs = new Dictionary<string, string>(spec.Arguments),
            Target = spec.Target.Length == 0 ? null : spec.Target,
            Remove = true,
            ForceRemove = true,
        };

    private static Api.ImageBuildParameters LabelParameters(BuildSpec spec) =>
        new()
        {
            Version = ClassicBuilder,
            Tags = spec.Name is { } name ? [name.ToString()] : [],
            Dockerfile = LabelImageContext.Dockerfile,
            Remove = true,
            ForceRemove = true,
        };

    /// <summary>
    /// The header with all credentials. The package would write it in base64's usual alphabet, and the daemon, which expects base64url,
    /// silently ignores a header that it cannot decode.
    /// </summary>
    private static Dictionary<string, string>? RegistryConfig(IReadOnlyList<RegistryCredential> credentials)
    {
        if (credentials.Count == 0)
            return null;
        var all = new Dictionary<string, Dictionary<string, string>>();
        foreach (var credential in credentials)
            all[ServerAddress(credential)] = new() { ["username"] = credential.Username, ["password"] = credential.Password };
        return new()
        {
            ["X-Registry-Config"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(all)).Replace('+', '-').Replace('/', '_'),
        };
    }
}
