using System.Globalization;
using System.Net;
using AutoDeploy.Integrations;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>The values of options that both programs have.</summary>
/// <exception cref="OptionsException">With a sentence that says what is wrong.</exception>
public static class OptionValueParser
{
    public static int ParsePort(string value, string name = "port") =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new OptionsException($"The {name} is \"{value}\"; expected a number from 0 to 65535.");

    /// <summary>Null: all addresses.</summary>
    public static IPAddress? ParseHost(string value) =>
        value switch
        {
            "*" => null,
            "localhost" => IPAddress.Loopback,
            _ when IPAddress.TryParse(value.Trim('[', ']'), out var address) => address,
            _ => throw new OptionsException(
                $"The host is \"{value}\"; expected an address of this machine such as 127.0.0.1, or * for all."
            ),
        };

    public static string ParseDataDirectory(string value) =>
        value.Length > 0 ? Path.GetFullPath(value) : throw new OptionsException("The data directory is empty; expected a path.");

    /// <summary>Without a slash at the end.</summary>
    public static string ParseUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Query.Length == 0
        && url.Fragment.Length == 0
            ? url.AbsoluteUri.TrimEnd('/')
            : throw new OptionsException($"The URL is \"{value}\"; expected one such as https://deploy.acme.com.");
}
