using AutoDeploy.Containers;
using AutoDeploy.Containers.Docker;
using AutoDeploy.Engines;
using AutoDeploy.Integrations;
using AutoDeploy.Ports;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>
/// Which engines the process reaches: the section <c>AutoDeploy:Engines</c> with a URL for each name, or where there are certificates
/// <c>Url</c> and <c>CertPath</c> under the name.
/// </summary>
public static class EngineSettings
{
    public const string Section = "AutoDeploy:Engines";

    private const string Url = "Url";
    private const string CertPath = "CertPath";

    /// <summary>In the order of their names; none: the one that the docker CLI would find.</summary>
    /// <exception cref="OptionsException">An engine's settings are invalid, or its certificates cannot be read.</exception>
    public static IReadOnlyList<EngineAddress> Read(IConfiguration configuration)
    {
        // names of settings are case-insensitive; names of engines are lower-case
        var addresses = configuration
            .GetSection(Section)
            .GetChildren()
            .Select(Read)
            .OrderBy(address => address.Name, StringComparer.Ordinal)
            .ToList();
        if (addresses.GroupBy(address => address.Url).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new OptionsException(
                $"The engines {string.Join(" and ", same.Select(address => address.Name))} have the same URL {same.Key}; expected "
                    + "one name for each engine."
            );
        return addresses;
    }

    /// <summary>What the engines are called.</summary>
    /// <exception cref="OptionsException">As <see cref="Read(IConfiguration)"/>.</exception>
    public static IReadOnlyList<string> Names(IConfiguration configuration) =>
        Read(configuration) is { Count: > 0 } engines ? [.. engines.Select(engine => engine.Name)] : [EngineNames.Local];

    private static EngineAddress Read(IConfigurationSection engine)
    {
        var name = engine.Key.ToLowerInvariant();
        if (!EngineNames.IsValid(name))
            throw new OptionsException($"The engine's name \"{engine.Key}\" cannot be used; expected {EngineNames.Expected}.");
        foreach (var member in engine.GetChildren())
            if (
                !member.Key.Equals(Url, StringComparison.OrdinalIgnoreCase)
                && !member.Key.Equals(CertPath, StringComparison.OrdinalIgnoreCase)
            )
                throw new OptionsException(
                    $"The engine {name} has the setting {member.Key}, which there is not; expected {Url} and {CertPath}."
                );
        if (engine.Value is { Length: > 0 } && engine[Url] is { Length: > 0 })
            throw new OptionsException($"The engine {name} has two URLs; expected one, as its value or as its {Url}.");

        var url = (engine.Value is { Length: > 0 } value ? value : engine[Url] ?? "").Trim();
        var folder = engine[CertPath]?.Trim() is { Length: > 0 } path ? path : null;
        if (!IsSocket(url) && !IsServer(url))
            throw new OptionsException($"The engine {name} has the URL \"{Shown(url)}\"; expected unix:///path or tcp://host:port.");
        if (folder is not null && !IsServer(url))
            throw new OptionsException(
                $"The engine {name} has a {CertPath} and the URL \"{url}\"; expected one such as tcp://host:2376, since only that "
                    + "can be encrypted."
            );

        var address = new EngineAddress(name, url, folder);
        try
        {
            DockerEndpoint.From(address);
        }
        catch (EngineException unusable)
        {
            throw new OptionsException($"The engine {name} cannot be used: {unusable.Message}");
        }

        return address;
    }

    /// <summary>Without a password, should there be one.</summary>
    private static string Shown(string url) => url.LastIndexOf('@') is >= 0 and var at ? "…" + url[at..] : url;

    private static bool IsSocket(string url) =>
        url.StartsWith("unix:///", StringComparison.Ordinal)
        && url.Length > "unix:///".Length
        && Uri.TryCreate(url, UriKind.Absolute, out _);

    private static bool IsServer(string url) =>
        url.StartsWith("tcp://", StringComparison.Ordinal)
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0
        && uri.UserInfo.Length == 0
        && uri.AbsolutePath is "" or "/"
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0;
}
