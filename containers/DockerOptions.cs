using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Containers;

/// <summary>How the Docker engines are reached.</summary>
public sealed class DockerOptions
{
    /// <summary>Engines by name. None: one, which is found as the docker CLI finds it.</summary>
    public IList<EngineAddress> Engines { get; } = [];

    /// <summary>The bridge network on which services find each other by name.</summary>
    public string Network { get; set; } = "autodeploy";

    /// <summary>How the output of services is kept that say nothing of it, so that it fills no disk; null: as each engine is set.</summary>
    public LogSettings? DefaultLogging { get; set; } =
        new("json-file", ImmutableDictionary<string, string>.Empty.Add("max-size", "10m").Add("max-file", "3"));

    /// <summary><c>DRIVER [OPTION=VALUE ...]</c>; <c>engine</c> is null: as each engine is set.</summary>
    /// <returns>Whether it is that.</returns>
    public static bool TryParseLogging(string text, out LogSettings? logging)
    {
        logging = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["engine"])
            return true;
        if (words.Length == 0 || words[0].Contains('=') || words.Skip(1).Any(word => word.IndexOf('=') <= 0))
            return false;
        var options = words.Skip(1).Select(word => word.Split('=', 2));
        logging = new LogSettings(
            words[0],
            ImmutableDictionary<string, string>.Empty.SetItems(options.Select(parts => KeyValuePair.Create(parts[0], parts[1])))
        );
        return true;
    }
}
