using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Texts that Docker would refuse or misread much later, checked when they are set.</summary>
public static partial class ContainerTextReader
{
    public static string AbsolutePathOrEmpty(RequestValue value)
    {
        var path = value.ReadLine(4096);
        return path.Length == 0 ? "" : AbsolutePath(value);
    }

    /// <summary>An absolute path without <c>..</c>, its doubled slashes folded and none at its end.</summary>
    public static string AbsolutePath(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("an absolute path");
        var path = value.ReadLine(4096);
        if (!path.StartsWith('/'))
            throw value.CreateError($"is \"{ApiException.Shorten(path)}\"; expected an absolute path, beginning with \"/\"");
        if (path.Split('/').Contains(".."))
            throw value.CreateError($"is \"{ApiException.Shorten(path)}\"; expected a path without \"..\"");
        if (path.Contains(':'))
            throw value.CreateError($"is \"{ApiException.Shorten(path)}\"; expected a path without \":\"");
        path = '/' + string.Join('/', path.Split('/').Where(part => part.Length > 0 && part != "."));
        return path;
    }

    public static string User(RequestValue value)
    {
        var user = value.ReadLine(255);
        return user.Length == 0 || UserPattern().IsMatch(user)
            ? user
            : throw value.CreateError($"is \"{ApiException.Shorten(user)}\"; expected a user such as \"app\", \"1000\" or \"app:staff\"");
    }

    public static string HostName(RequestValue value)
    {
        var name = value.ReadLine(255);
        return name.Length == 0 || (name.Length <= 63 && HostNamePattern().IsMatch(name))
            ? name
            : throw value.CreateError(
                $"is \"{ApiException.Shorten(name)}\"; expected at most 63 letters, digits, hyphens, underscores and dots"
            );
    }

    /// <summary>A name that Docker's DNS answers for.</summary>
    public static bool IsDnsName(string name) => name.Length <= 63 && DnsNamePattern().IsMatch(name);

    public static string CpuSet(RequestValue value)
    {
        var set = value.ReadLine(255);
        return set.Length == 0 || CpuSetPattern().IsMatch(set)
            ? set
            : throw value.CreateError($"is \"{ApiException.Shorten(set)}\"; expected numbers and ranges such as \"0-2,4\"");
    }

    public static ImmutableArray<string> Capabilities(RequestValue value) =>
        [
            .. Each(value, CapabilityPattern(), "a capability such as \"NET_ADMIN\"")
                .Select(capability => capability.ToUpperInvariant())
                .Select(capability => capability.StartsWith("CAP_", StringComparison.Ordinal) ? capability[4..] : capability),
        ];

    public static ImmutableArray<string> Domains(RequestValue value) => Each(value, DomainPattern(), "a domain such as \"acme.com\"");

    public static ImmutableArray<string> SecurityOptions(RequestValue value) =>
        Each(value, OptionPattern(), "an option such as \"no-new-privileges\"");

    public static ImmutableArray<string> Devices(RequestValue value) =>
        Each(value, DevicePattern(), "a device such as \"/dev/fuse\" or \"/dev/sda:/dev/xvda:r\"");

    public static ImmutableArray<string> Addresses(RequestValue value) =>
        [
            .. value
                .ReadItems(ServiceLimits.Items)
                .Select(item => IsAddress(Text(item)) ? Text(item) : throw Unfit(item, "an address such as \"10.0.0.2\"")),
        ];

    public static string Address(RequestValue value) =>
        IsAddress(Text(value)) ? Text(value) : throw Unfit(value, "an address such as \"127.0.0.1\"");

    public static ImmutableArray<string> ExtraHosts(RequestValue value) =>
        [
            .. value
                .ReadItems(ServiceLimits.Items)
                .Select(item =>
                {
                    var text = Text(item);
                    var colon = text.IndexOfAny([':', '=']);
                    return
                        colon > 0
                        && HostNamePattern().IsMatch(text[..colon])
                        && (IsAddress(text[(colon + 1)..].Trim('[', ']')) || text[(colon + 1)..] == "host-gateway")
                        ? $"{text[..colon]}:{text[(colon + 1)..]}"
                        : throw Unfit(item, "a name and an address such as \"db:10.0.0.7\"");
                }),
        ];

    private static ImmutableArray<string> Each(RequestValue value, Regex pattern, string expected) =>
        [.. value.ReadItems(ServiceLimits.Items).Select(item => pattern.IsMatch(Text(item)) ? Text(item) : throw Unfit(item, expected))];

    private static string Text(RequestValue item) => item.IsText ? item.ReadLine() : throw item.CreateTypeError("text");

    private static ApiException Unfit(RequestValue item, string expected) =>
        item.CreateError($"is \"{ApiException.Shorten(Text(item))}\"; expected {expected}");

    private static bool IsAddress(string text) =>
        // "1" is an address to .NET
        (text.Contains(':') || text.Count(c => c == '.') == 3) && IPAddress.TryParse(text, out _);

    [GeneratedRegex(@"^[A-Za-z0-9_.][A-Za-z0-9_.@-]*(:[A-Za-z0-9_.][A-Za-z0-9_.@-]*)?\z")]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\z")]
    private static partial Regex HostNamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?\z")]
    private static partial Regex DnsNamePattern();

    [GeneratedRegex(@"^[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*\z")]
    private static partial Regex CpuSetPattern();

    [GeneratedRegex(@"^[A-Za-z_]{1,64}\z")]
    private static partial Regex CapabilityPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,255}\z")]
    private static partial Regex DomainPattern();

    [GeneratedRegex(@"^[\x21-\x7e]{1,1024}\z")]
    private static partial Regex OptionPattern();

    [GeneratedRegex(@"^/[^:\s]+(:/[^:\s]+(:[rwm]{1,3})?)?\z")]
    private static partial Regex DevicePattern();
}
