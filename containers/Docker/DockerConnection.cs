using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using AutoDeploy.Ports;
using AutoDeploy.Telemetry;
using Docker.DotNet;

namespace AutoDeploy.Containers.Docker;

/// <summary>
/// The client for one daemon. The version of the API is agreed on at the first request; every failure comes out as an
/// <see cref="EngineException"/>.
/// </summary>
internal sealed class DockerConnection(Func<DockerEndpoint> find) : IDisposable
{
    /// <summary>The newest version that we know; a daemon that wants a newer one gets the oldest that it takes.</summary>
    private static readonly Version Known = new(1, 44);

    /// <summary>Of whoever asks whether the daemon takes new connections; it has nothing to do for its answer.</summary>
    private static readonly TimeSpan AgreeTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _negotiating = new(1, 1);
    private DockerEndpoint? _endpoint;
    private IDockerClient? _client;

    /// <summary>Resolved at the first use, so that an invalid setting fails the operation with a reason, not the start.</summary>
    public DockerEndpoint Endpoint => _endpoint ??= find();

    /// <param name="question">One call of Docker's API.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="operation">What it is part of, for who watches.</param>
    public async Task<T> Execute<T>(
        Func<IDockerClient, Task<T>> question,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    )
    {
        var begun = Stopwatch.GetTimestamp();
        var result = "canceled";
        operation = AutoDeployMetrics.FormatWord(operation);
        using var span = AutoDeployTracing.StartPart("docker " + operation, ActivityKind.Client);
        try
        {
            var answer = await question(_client ?? await NegotiateVersion(cancellationToken));
            result = "ok";
            return answer;
        }
        catch (Exception e) when (!IsOwn(e, cancellationToken))
        {
            Forget(e);
            var failure = DockerErrorTranslator.Translate(e, Endpoint);
            if (failure is EngineException { Fault: var fault })
                span.Fail(result = AutoDeployMetrics.FormatWord(fault));
            throw failure;
        }
        finally
        {
            AutoDeployMetrics.RecordEngineCall(operation, result, Stopwatch.GetElapsedTime(begun));
        }
    }

    public Task Execute(
        Func<IDockerClient, Task> question,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    ) =>
        Execute(
            async client =>
            {
                await question(client);
                return true;
            },
            cancellationToken,
            operation
        );

    /// <summary>As <see cref="Execute{T}"/>, but an answer "not found" is null.</summary>
    public async Task<T?> Find<T>(
        Func<IDockerClient, Task<T>> question,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    )
        where T : class
    {
        try
        {
            return await Execute(question, cancellationToken, operation);
        }
        catch (EngineException e) when (e.Fault == EngineFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether the daemon accepts new connections. A daemon that stops still answers on open connections for a while.</summary>
    public async Task<bool> Accepts(CancellationToken cancellationToken)
    {
        // with socket activation, systemd accepts connections while the daemon stops
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AgreeTimeout);
        try
        {
            using var fresh = Build(null);
            await fresh.System.PingAsync(limit.Token);
            return true;
        }
        catch (DockerApiException)
        {
            return true;
        }
        catch (Exception e) when (!IsOwn(e, cancellationToken))
        {
            return false;
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _negotiating.Dispose();
    }

    /// <summary>Exceptions that are not translated: cancellation by the caller, or already translated.</summary>
    private static bool IsOwn(Exception e, CancellationToken cancellationToken) =>
        e is EngineException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private async Task<IDockerClient> NegotiateVersion(CancellationToken cancellationToken)
    {
        await _negotiating.WaitAsync(cancellationToken);
        try
        {
            if (_client is { } agreed)
                return agreed;
            using var first = Build(null);
            var daemon = await first.System.GetVersionAsync(cancellationToken);
            var version = Known;
            if (Version.TryParse(daemon.APIVersion, out var newest) && newest < version)
                version = newest;
            else if (Version.TryParse(daemon.MinAPIVersion, out var oldest) && oldest > version)
                version = oldest;
            return _client = Build(version);
        }
        finally
        {
            _negotiating.Release();
        }
    }

    private DockerClient Build(Version? version) =>
        new DockerClientBuilder()
            .WithEndpoint(Endpoint.Address)
            .WithApiVersion(version)
            .WithTransportOptions(new DockerTransport(), Endpoint)
            .Build();

    /// <summary>A daemon that was replaced by an older or a newer one wants another version.</summary>
    private void Forget(Exception e)
    {
        if (
            e is DockerApiException { StatusCode: HttpStatusCode.BadRequest } refusal
            && refusal.ResponseBody?.Contains("client version", StringComparison.OrdinalIgnoreCase) == true
        )
            _client = null;
    }
}
