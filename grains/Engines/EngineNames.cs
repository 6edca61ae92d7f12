using System.Text.RegularExpressions;
using AutoDeploy.Ports;

namespace AutoDeploy.Engines;

/// <summary>What engines are called.</summary>
public static partial class EngineNames
{
    /// <summary>The one that a service is on unless it names another; where none is named, the only one.</summary>
    public const string Local = "local";

    /// <summary>What a name has to be, for a sentence.</summary>
    public const string Expected = "1 to 63 lower-case letters, digits, hyphens and underscores, beginning with a letter or digit";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <summary>The process does not reach the engine.</summary>
    public static EngineException CreateNotReachedException(string name) => new(EngineFault.Unreachable, DescribeUnreachable(name));

    /// <summary>That nobody reaches it, in a sentence.</summary>
    public static string DescribeUnreachable(string name) => $"No AutoDeploy process reaches the engine \"{name}\".";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,62}\z")]
    private static partial Regex Pattern();
}
