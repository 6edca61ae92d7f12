using System.Globalization;
using System.Text;
using AutoDeploy.Ports;
using Docker.DotNet;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    private const int LogLineLimit = 4096;

    public async Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken)
    {
        await EnsureOwn(id, cancellationToken);
        var last = new List<string>();
        try
        {
            await _docker.Execute(
                async client =>
                {
                    using var stream = await client.Containers.GetContainerLogsAsync(
                        id,
                        new Api.ContainerLogsParameters
                        {
                            ShowStdout = true,
                            ShowStderr = true,
                            Tail = lines.ToString(CultureInfo.InvariantCulture),
                        },
                        cancellationToken
                    );
                    await ReadLines(stream, last.Add, cancellationToken);
                },
                cancellationToken
            );
        }
        catch (EngineException e) when (e.Message.Contains("does not support reading", StringComparison.Ordinal))
        {
            // the container's log driver keeps nothing here
        }

        return last;
    }

    /// <summary>Output and errors come interleaved, and in pieces that may end within a line or within a letter.</summary>
    private static async Task ReadLines(MultiplexedStream stream, Action<string> keep, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var characters = new char[buffer.Length + 1];
        var parts = new Dictionary<MultiplexedStream.TargetStream, (Decoder Decoder, StringBuilder Line)>();
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken) is { EOF: false } read)
        {
            if (!parts.TryGetValue(read.Target, out var part))
                parts[read.Target] = part = (Encoding.UTF8.GetDecoder(), new StringBuilder());
            var count = part.Decoder.GetChars(buffer, 0, read.Count, characters, 0);
            foreach (var character in characters.AsSpan(0, count))
                if (character == '\n')
                    End(part.Line);
                else if (part.Line.Length < LogLineLimit)
                    part.Line.Append(character);
        }

        foreach (var part in parts.Values.Where(part => part.Line.Length > 0))
            End(part.Line);

        void End(StringBuilder line)
        {
            keep(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }
}
