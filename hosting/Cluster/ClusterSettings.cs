using System.Net;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Integrations;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>
/// The section <c>AutoDeploy:Cluster</c> of the configuration; as variables <c>AutoDeploy__Cluster__ConnectionString</c> and so on.
/// </summary>
public sealed record ClusterSettings
{
    public const string Section = "AutoDeploy:Cluster";

    /// <summary>As Orleans keeps it in its tables.</summary>
    private const int MaxIdLength = 150;

    private static readonly string[] Names = [nameof(ConnectionString), nameof(Id), nameof(Address), nameof(SiloPort), nameof(GatewayPort)];

    /// <summary>The PostgreSQL database of the cluster, as Npgsql reads it. Holds a password, so it is not for logs.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Silos and API with the same id and database are one cluster.</summary>
    public string Id { get; init; } = "autodeploy";

    /// <summary>Where the others reach this silo; null: the address from which it reaches the database.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Where silos reach this one; 0: any port that is free.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Where the API reaches this silo; 0: any port that is free.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <returns>Null: no cluster is configured.</returns>
    /// <exception cref="OptionsException">With a sentence that names the setting and says what is expected.</exception>
    public static ClusterSettings? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        foreach (var child in section.GetChildren())
            if (!Names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                throw new OptionsException($"There is no setting {Section}:{child.Key}; there are {string.Join(", ", Names)}.");
        if (section[nameof(ConnectionString)] is not { Length: > 0 } connection)
            return null;
        var settings = new ClusterSettings { ConnectionString = ConnectionOf(connection) };
        if (section[nameof(Id)] is { Length: > 0 } id)
            settings = settings with { Id = IdOf(id) };
        if (section[nameof(Address)] is { Length: > 0 } address)
            settings = settings with { Address = AddressOf(address) };
        if (section[nameof(SiloPort)] is { Length: > 0 } silo)
            settings = settings with { SiloPort = OptionValueParser.ParsePort(silo, $"setting {Section}:{nameof(SiloPort)}") };
        if (section[nameof(GatewayPort)] is { Length: > 0 } gateway)
            settings = settings with { GatewayPort = OptionValueParser.ParsePort(gateway, $"setting {Section}:{nameof(GatewayPort)}") };
        return settings.SiloPort != settings.GatewayPort || settings.SiloPort == 0
            ? settings
            : throw new OptionsException(
                $"The settings {Section}:{nameof(SiloPort)} and {nameof(GatewayPort)} are both {settings.SiloPort}; expected two ports."
            );
    }

    /// <summary>Null if the silo's ports are free; otherwise the reason.</summary>
    public string? FindObjection() => FindObjection(SiloPort, nameof(SiloPort)) ?? FindObjection(GatewayPort, nameof(GatewayPort));

    private string? FindObjection(int port, string name) =>
        PortProbe.FindObjection(Address, port, $"{Section}:{name}", $"{Section}:{nameof(Address)}");

    /// <summary>Omits the password.</summary>
    public override string ToString() => $"cluster {Id}";

    private static string ConnectionOf(string value)
    {
        try
        {
            PostgresLedgerOptions.CheckConnectionString(value);
            return value;
        }
        catch (LedgerException e)
        {
            throw new OptionsException($"The setting {Section}:{nameof(ConnectionString)} makes no sense. {e.Message}");
        }
    }

    private static string IdOf(string value) =>
        value.Length <= MaxIdLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? value
            : throw new OptionsException(
                $"The setting {Section}:{nameof(Id)} is \"{value}\"; expected letters, digits, -, _ and ., {MaxIdLength} at most."
            );

    private static IPAddress AddressOf(string value) =>
        IPAddress.TryParse(value, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw new OptionsException(
                $"The setting {Section}:{nameof(Address)} is \"{value}\"; expected the address at which the other silos reach "
                    + "this one, such as 10.0.0.5."
            );
}
