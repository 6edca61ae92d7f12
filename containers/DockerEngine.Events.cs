using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    public async IAsyncEnumerable<EngineEvent> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The daemon tells again what happened since a time of its own clock. So nothing is missed between this answer and the moment
        // when the stream is open, and both may be on different machines.
        var daemon = await _docker.Execute(client => client.System.GetSystemInfoAsync(cancellationToken), cancellationToken);
        var events = Channel.CreateUnbounded<Api.Message>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var follow = Follow(UnixTime(daemon.SystemTime), events.Writer, stop.Token);
        try
        {
            yield return new EngineEvent(EngineEventKind.Connected, Guid.Empty, "", _time.GetUtcNow());
            await foreach (var message in events.Reader.ReadAllAsync(cancellationToken))
            {
                if (Read(message) is not { } next || !await IsOwn(message, next.Kind, cancellationToken))
                    continue;
                if (next.Kind == EngineEventKind.Removed)
                    await _ownContainers.Forget(next.ContainerId, cancellationToken);

                // a daemon that stops also stops its containers, as if a user had asked for it; at that point it accepts no new connections
                if (next.Kind == EngineEventKind.StopRequested && !await _docker.Accepts(cancellationToken))
                    yield return next with
                    {
                        Kind = EngineEventKind.Other,
                    };
                else
                    yield return next;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await follow;
        }
    }

    /// <summary>Never throws: what ends the stream reaches the reader through the channel.</summary>
    private async Task Follow(string since, ChannelWriter<Api.Message> events, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Execute(
                client =>
                    client.System.MonitorEventsAsync(
                        new Api.ContainerEventsParameters
                        {
                            Since = since,
                            Filters = Filter(("type", "container"), ("label", ContainerLabelNames.Service)),
                        },
                        new Reporter<Api.Message>(message => events.TryWrite(message)),
                        cancellationToken
                    ),
                cancellationToken
            );
            events.Complete(
                new EngineException(EngineFault.Unreachable, $"The Docker engine at {_docker.Endpoint} ended its stream of events.")
            );
        }
        catch (Exception e)
        {
            events.Complete(e);
        }
    }

    /// <summary>The form in which the daemon takes a time: seconds and nanoseconds since 1970.</summary>
    private string UnixTime(string time)
    {
        var known = DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed
            : _time.GetUtcNow();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{known.ToUnixTimeSeconds()}.{known.Ticks % TimeSpan.TicksPerSecond:0000000}00"
        );
    }

    /// <summary>An event carries the labels of its container, so that it can be judged when the container is gone.</summary>
    private Task<bool> IsOwn(Api.Message message, EngineEventKind kind, CancellationToken cancellationToken) =>
        message.Actor!.Attributes.TryGetValue("name", out var name)
            ? _ownContainers.Has(
                message.Actor.ID,
                name,
                message.Actor.Attributes,
                isThere: kind != EngineEventKind.Removed,
                cancellationToken
            )
            : Task.FromResult(false);

    private static EngineEvent? Read(Api.Message message)
    {
        var attributes = message.Actor?.Attributes;
        if (
            attributes is null
            || message.Action.StartsWith("exec_", StringComparison.Ordinal)
            || !attributes.TryGetValue(ContainerLabelNames.Service, out var service)
            || !Guid.TryParse(service, out var id)
        )
            return null;
        var kind = message.Action switch
        {
            "start" => EngineEventKind.Started,
            "die" => EngineEventKind.Exited,
            "stop" => EngineEventKind.StopRequested,
            "kill" when attributes.TryGetValue("signal", out var signal) && IsForTheProgram(signal) => EngineEventKind.Other,
            "kill" => EngineEventKind.StopRequested,
            "destroy" => EngineEventKind.Removed,
            _ when message.Action.StartsWith("health_status", StringComparison.Ordinal) => EngineEventKind.Health,
            _ => EngineEventKind.Other,
        };
        var time = message.TimeNano is { } nanoseconds
            ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100)
            : DateTimeOffset.FromUnixTimeSeconds(message.Time ?? 0);
        return new EngineEvent(kind, id, message.Actor!.ID, time);
    }

    /// <summary>HUP, USR1 and USR2 tell a program to read its settings again, or the like. Others may be its stop signal.</summary>
    private static bool IsForTheProgram(string signal) => signal is "1" or "10" or "12";
}
