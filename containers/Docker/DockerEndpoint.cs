using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Ports;

namespace AutoDeploy.Containers.Docker;

/// <summary>Where the Docker daemon listens, found as the docker CLI finds it.</summary>
/// <param name="Address"><c>unix:///path</c> or <c>tcp://host:port</c></param>
public sealed record DockerEndpoint(Uri Address)
{
    public const string Default = "unix:///var/run/docker.sock";

    /// <summary>Null: no TLS.</summary>
    public DockerTls? Tls { get; init; }

    public bool IsUnix => Address.Scheme == "unix";

    /// <summary>Of an engine that was named; the environment does not count.</summary>
    /// <exception cref="EngineException">It cannot be used.</exception>
    public static DockerEndpoint From(EngineAddress address)
    {
        var endpoint = Parse(address.Url);
        return address.CertPath is { } folder ? endpoint with { Tls = DockerTls.LoadAll(folder) } : endpoint;
    }

    /// <summary>
    /// The endpoint of <c>DOCKER_HOST</c>; else that of the context which <c>DOCKER_CONTEXT</c> or the CLI's configuration names; else <see
    /// cref="Default"/>.
    /// </summary>
    /// <exception cref="EngineException">The endpoint that was found is invalid.</exception>
    public static DockerEndpoint Find(Func<string, string?> environment)
    {
        var folder =
            Value(environment("DOCKER_CONFIG"))
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        if (Value(environment("DOCKER_HOST")) is { } host)
            return Parse(host) with { Tls = TlsOfEnvironment(environment, folder) };

        var context = Value(environment("DOCKER_CONTEXT")) ?? CurrentContext(Path.Combine(folder, "config.json"));
        return context is null or "default" ? Parse(Default) : FromContext(folder, context);
    }

    public override string ToString() =>
        IsUnix ? Address.LocalPath : Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped);

    private static DockerEndpoint Parse(string host)
    {
        var text = host.Contains("://", StringComparison.Ordinal) ? host : "tcp://" + host;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != "unix" && address.Host.Length == 0))
            throw Refused($"The Docker host \"{host}\" is not an address; expected unix:///path or tcp://host:port.");
        return address.Scheme switch
        {
            "unix" or "tcp" or "http" or "https" => new DockerEndpoint(address),
            _ => throw Refused($"The Docker host's scheme \"{address.Scheme}\" is not supported; use unix:///path or tcp://host:port."),
        };
    }

    private static string? CurrentContext(string configFile)
    {
        if (!File.Exists(configFile))
            return null;
        using var config = Read(configFile);
        return config.RootElement.TryGetProperty("currentContext", out var name) ? Value(name.GetString()) : null;
    }

    private static DockerEndpoint FromContext(string folder, string name)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var metaFile = Path.Combine(folder, "contexts", "meta", id, "meta.json");
        if (!File.Exists(metaFile))
            throw Refused($"The Docker context \"{name}\" does not exist.");
        using var meta = Read(metaFile);
        if (
            !meta.RootElement.TryGetProperty("Endpoints", out var endpoints)
            || !endpoints.TryGetProperty("docker", out var docker)
            || !docker.TryGetProperty("Host", out var host)
            || Value(host.GetString()) is not { } address
        )
            throw Refused($"The Docker context \"{name}\" names no Docker host.");
        var skipVerify = docker.TryGetProperty("SkipTLSVerify", out var skip) && skip.ValueKind == JsonValueKind.True;
        return Parse(address) with { Tls = DockerTls.Load(Path.Combine(folder, "contexts", "tls", id, "docker"), skipVerify) };
    }

    private static DockerTls? TlsOfEnvironment(Func<string, string?> environment, string folder)
    {
        var verify = Value(environment("DOCKER_TLS_VERIFY")) is not null;
        if (!verify && Value(environment("DOCKER_TLS")) is null)
            return null;
        return DockerTls.Load(Value(environment("DOCKER_CERT_PATH")) ?? folder, skipVerify: !verify) ?? new DockerTls(null, null, !verify);
    }

    private static JsonDocument Read(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Refused, $"The Docker CLI's file {file} cannot be read.", e);
        }
    }

    private static EngineException Refused(string message) => new(EngineFault.Refused, message);

    private static string? Value(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
