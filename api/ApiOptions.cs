using System.Globalization;
using System.Net;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Integrations;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;

namespace AutoDeploy.Api;

/// <summary>How the process is started: from the command line, or else from AUTODEPLOY_… variables.</summary>
public sealed record ApiOptions
{
    public const string Usage = """
        autodeploy [--port N] [--host ADDRESS] [--data DIR] [--url URL] [--proxy ADDRESS[,ADDRESS]]
                   [--cert FILE [--key FILE]] [--hook-rate N] [--postgres CONNECTION]
        autodeploy --sbom FILE     writes what it is made of (CycloneDX 1.6) to a file, or to the output with -

          --port N         the port to listen on, 8080 unless given; 0 takes any that is free
          --host ADDRESS   the address to listen on, * for all; unless given only this machine itself (loopback), or all with --cert
          --data DIR       where everything is kept, ./data unless given
          --url URL        how others reach this server, for the URLs of hooks and the links in notifications
          --proxy ADDRESS  a reverse proxy (address or network such as 10.0.0.0/8) whose X-Forwarded-… headers are believed
          --cert FILE      the certificate for https, in PEM, with those that signed it; loaded again when the file changes
          --key FILE       its key, in PEM without a password; in the same file unless given
          --hook-rate N    deliveries a second that are taken from each hook, 200 unless given; 0 for no limit
          --postgres CONNECTION
                           the database of its own in PostgreSQL (13 or newer) where the records are kept instead of a file in the data
                           directory: Host=db;Database=autodeploy;Username=ada;Password=..., or postgres://ada:...@db/autodeploy

        Each may be given as a variable too: AUTODEPLOY_PORT and so on (AUTODEPLOY_HOOK_RATE, AUTODEPLOY_POSTGRES: who lists processes does
        not see the password there). AUTODEPLOY_TOKEN sets the admin token, 20 characters or more.
        With AutoDeploy__Cluster__ConnectionString (a PostgreSQL database) it is the API of a cluster, whose silos run as autodeploy-silo.
        """;

    private static readonly string[] Names = ["port", "host", "data", "url", "proxy", "cert", "key", "hook-rate", "postgres"];

    public int Port { get; init; } = 8080;

    /// <summary><see cref="IPAddress.IPv6Any"/>: all. Null: this machine alone, or all with a certificate.</summary>
    public IPAddress? Host { get; init; }

    /// <summary>A full path.</summary>
    public string Data { get; init; } = Path.GetFullPath("data");

    /// <summary>Without a slash at the end; null: as each request says.</summary>
    public string? Url { get; init; }

    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>A full path; null: no TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>A full path; null: the key is in the certificate's file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Where to listen; null: on all addresses.</summary>
    public IPAddress? ListenAddress =>
        Host is null ? (Certificate is null ? IPAddress.Loopback : null)
        : Host.Equals(IPAddress.IPv6Any) ? null
        : Host;

    /// <summary>Nobody said where to listen, so that only this machine reaches it.</summary>
    public bool IsLoopbackByDefault => Host is null && Certificate is null;

    /// <summary>Deliveries a second of each hook; 0: no limit.</summary>
    public int HookRate { get; init; } = Hooks.HookRateLimit.Default;

    /// <summary>How PostgreSQL is reached, perhaps with a password; null: the ledger is a file.</summary>
    public string? Postgres { get; init; }

    public string? Token { get; init; }

    /// <summary>For .NET's configuration: <c>--AutoDeploy:Cluster:Id=name</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public bool Help { get; init; }

    /// <exception cref="OptionsException">With a sentence that says what is wrong.</exception>
    public static ApiOptions Read(string[] args, Func<string, string?> environment)
    {
        var given = CommandLineOptions.Read(args, Names, environment);
        if (given.Help)
            return new ApiOptions { Help = true };

        var options = new ApiOptions
        {
            Token = environment(Access.AdminToken.Variable)?.Trim() is { Length: > 0 } token ? Access.AdminToken.Check(token) : null,
            Settings = given.Settings,
        };
        foreach (var (name, value) in given.Values)
            options = options.With(name, value);
        return options is { CertificateKey: not null, Certificate: null }
            ? throw new OptionsException("The option --key is given without --cert; expected the certificate that the key is of, too.")
            : options;
    }

    private static IPNetwork ProxyOf(string value) =>
        IPNetwork.TryParse(value, out var network) ? network
        : IPAddress.TryParse(value, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new OptionsException($"The proxy is \"{value}\"; expected an address or a network such as 10.0.0.0/8.");

    private static string FileOf(string what, string value) =>
        value.Length > 0
            ? Path.GetFullPath(value)
            : throw new OptionsException($"The {what} is empty; expected the path of a file in PEM.");

    private static int HookRateOf(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate <= 1_000_000
            ? rate
            : throw new OptionsException(
                $"The hook rate is \"{value}\"; expected deliveries a second from 1 to 1000000, or 0 for no limit."
            );

    private static string PostgresOf(string value)
    {
        try
        {
            PostgresLedgerOptions.CheckConnectionString(value);
            return value;
        }
        catch (LedgerException e)
        {
            throw new OptionsException(e.Message);
        }
    }

    private ApiOptions With(string name, string value) =>
        name switch
        {
            "port" => this with { Port = OptionValueParser.ParsePort(value) },
            "host" => this with { Host = OptionValueParser.ParseHost(value) ?? IPAddress.IPv6Any },
            "cert" => this with { Certificate = FileOf("certificate", value) },
            "key" => this with { CertificateKey = FileOf("key", value) },
            "data" => this with { Data = OptionValueParser.ParseDataDirectory(value) },
            "url" => this with { Url = OptionValueParser.ParseUrl(value) },
            "hook-rate" => this with { HookRate = HookRateOf(value) },
            "postgres" => this with { Postgres = PostgresOf(value) },
            _ => this with
            {
                Proxies = [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ProxyOf)],
            },
        };
}
