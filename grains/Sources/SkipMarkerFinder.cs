namespace AutoDeploy.Sources;

/// <summary>
/// Words in a commit's message by which its author asks for no deployment; those of the CI systems, whatever their capitals.
/// </summary>
public static class SkipMarkerFinder
{
    private static readonly string[] All = ["[skip ci]", "[ci skip]", "[no ci]", "[skip cd]", "[cd skip]", "[skip deploy]"];

    /// <summary>The marker in a message, or null.</summary>
    public static string? Find(string message) => Array.Find(All, marker => message.Contains(marker, StringComparison.OrdinalIgnoreCase));
}
