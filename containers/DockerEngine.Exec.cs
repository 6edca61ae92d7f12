using System.Text;
using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using Docker.DotNet;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    private const int ExecOutputLimit = 4096;

    public async Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureOwn(id, cancellationToken);
        }
        catch (EngineException e) when (e.Fault == EngineFault.NotFound)
        {
            return new ExecResult(-1, "The container is gone.");
        }

        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var output = new StringBuilder();
        try
        {
            return await Run(id, command, output, either.Token);
        }
        catch (Exception e)
            when (limit.IsCancellationRequested
                && !cancellationToken.IsCancellationRequested
                && e is OperationCanceledException or IOException
            )
        {
            // Docker has no way to end a command that runs in a container
            return new ExecResult(-1, $"The command ran over its {timeout.TotalSeconds:0.###} s. {output}".TrimEnd());
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unreachable)
        {
            return new ExecResult(-1, e.InnerException is DockerApiException answer ? DockerErrorTranslator.GetMessage(answer) : e.Message);
        }
    }

    private async Task<ExecResult> Run(string id, IReadOnlyList<string> command, StringBuilder output, CancellationToken cancellationToken)
    {
        var exec = await _docker.Execute(
            client =>
                client.Exec.CreateContainerExecAsync(
                    id,
                    new Api.ContainerExecCreateParameters
                    {
                        AttachStdout = true,
                        AttachStderr = true,
                        Cmd = [.. command],
                    },
                    cancellationToken
                ),
            cancellationToken
        );
        await _docker.Execute(
            async client =>
            {
                using var stream = await client.Exec.StartContainerExecAsync(
                    exec.ID,
                    new Api.ContainerExecStartParameters(),
                    cancellationToken
                );
                await ReadCapped(stream, output, cancellationToken);
            },
            cancellationToken
        );

        while (true)
        {
            var result = await _docker.Execute(
                client => client.Exec.InspectContainerExecAsync(exec.ID, cancellationToken),
                cancellationToken
            );
            if (result is { Running: false, ExitCode: { } code })
                // 126 and 127 are also how Docker says that there is no such command
                return new ExecResult(
                    code is 126 or 127 && output.ToString().StartsWith("OCI runtime", StringComparison.Ordinal) ? -1 : (int)code,
                    output.ToString()
                );
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken); // its output ends a moment before it
        }
    }

    /// <summary>Reads to the end, since a command whose output is not read does not end, but keeps only the beginning.</summary>
    private static async Task ReadCapped(MultiplexedStream stream, StringBuilder output, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length + 1];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { EOF: false } part)
        {
            var count = decoder.GetChars(buffer, 0, part.Count, characters, 0);
            output.Append(characters, 0, Math.Min(count, ExecOutputLimit - output.Length));
        }
    }
}
