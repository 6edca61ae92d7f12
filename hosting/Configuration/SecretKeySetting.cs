using AutoDeploy.Integrations;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>
/// Reads the key that encrypts stored secrets: from a variable, or from a file that another variable names, as with container secrets.
/// </summary>
public static class SecretKeySetting
{
    public const string Variable = "AUTODEPLOY_SECRET_KEY";

    public const string FileVariable = Variable + "_FILE";

    /// <returns>Null: not set.</returns>
    /// <exception cref="OptionsException">Both are set, or the file cannot be read.</exception>
    public static string? Read(IConfiguration configuration)
    {
        var key = configuration[Variable] is { Length: > 0 } set ? set : null;
        if (configuration[FileVariable] is not { Length: > 0 } path)
            return key;
        if (key is not null)
            throw new OptionsException($"Both {Variable} and {FileVariable} are set; expected one of them.");
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } content
                ? content
                : throw new OptionsException($"{FileVariable} is \"{path}\", which is empty; expected a file with 32 bytes in base64.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"{FileVariable} is \"{path}\", which cannot be read; expected a file with 32 bytes in base64.");
        }
    }
}
