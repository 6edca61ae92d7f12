using AutoDeploy.Integrations;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>
/// The options of a program: its own, from the command line or AUTODEPLOY_… variables, and settings for .NET's configuration.
/// </summary>
/// <param name="Values">By the option's name.</param>
/// <param name="Settings">As .NET reads them from a command line: <c>--AutoDeploy:Cluster:Id=name</c>.</param>
/// <param name="Help">Only print the help text.</param>
public sealed record CommandLineOptions(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Settings, bool Help)
{
    private const string SettingStart = "--AutoDeploy:";

    /// <exception cref="OptionsException">With a sentence that says what is wrong.</exception>
    public static CommandLineOptions Read(string[] args, IReadOnlyList<string> names, Func<string, string?> environment)
    {
        var values = new Dictionary<string, string>();
        var settings = new List<string>();
        foreach (var name in names)
            if (environment("AUTODEPLOY_" + name.ToUpperInvariant().Replace('-', '_')) is { Length: > 0 } value)
                values[name] = value;

        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
                return new CommandLineOptions(values, settings, Help: true);
            var parts = args[i].Split('=', 2);
            var isSetting = parts[0].StartsWith(SettingStart, StringComparison.OrdinalIgnoreCase);
            if (!isSetting && (!parts[0].StartsWith("--", StringComparison.Ordinal) || !names.Contains(parts[0][2..])))
                throw new OptionsException($"There is no option \"{parts[0]}\"; --help says which there are.");
            if (parts.Length == 1 && i + 1 == args.Length)
                throw new OptionsException($"The option {parts[0]} lacks its value.");
            var given = parts.Length == 2 ? parts[1] : args[++i];
            if (isSetting)
                settings.Add($"{parts[0]}={given}");
            else
                values[parts[0][2..]] = given;
        }

        return new CommandLineOptions(values, settings, Help: false);
    }
}
