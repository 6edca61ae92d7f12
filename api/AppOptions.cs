using System.Globalization;
using System.Net;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;

namespace AutoDeploy.Api;

/// <summary>How the process is started: from the command line, or else from AUTODEPLOY_… variables.</summary>
public sealed record AppOptions
{
    public const string Usage = """
        autodeploy [--port N] [--host ADDRESS] [--data DIR] [--url URL] [--proxy ADDRESS[,ADDRESS]]
                   [--hook-rate N] [--postgres CONNECTION]

          --port N         the port to listen on, 8080 unless given; 0 takes any that is free
          --host ADDRESS   listen on this address alone; on all of this machine unless given
          --data DIR       where everything is kept, ./data unless given
          --url URL        how others reach this server, for the URLs of hooks and the links in notifications
          --proxy ADDRESS  a reverse proxy (address or network such as 10.0.0.0/8) whose X-Forwarded-… headers are believed
          --hook-rate N    deliveries a second that are taken from each hook, 200 unless given; 0 for no limit
          --postgres CONNECTION
                           the database of its own in PostgreSQL (13 or newer) where the records are kept instead of a file in the data
                           directory: Host=db;Database=autodeploy;Username=ada;Password=..., or postgres://ada:...@db/autodeploy

        Each may be given as a variable too: AUTODEPLOY_PORT and so on (AUTODEPLOY_HOOK_RATE, AUTODEPLOY_POSTGRES: who lists processes does
        not see the password there). AUTODEPLOY_TOKEN sets the admin token.
        """;

    private static readonly string[] Names = ["port", "host", "data", "url", "proxy", "hook-rate", "postgres"];

    public int Port { get; init; } = 8080;

    /// <summary>Null: all addresses.</summary>
    public IPAddress? Host { get; init; }

    /// <summary>A full path.</summary>
    public string Data { get; init; } = Path.GetFullPath("data");

    /// <summary>Without a slash at the end; null: as each request says.</summary>
    public string? Url { get; init; }

    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Deliveries a second of each hook; 0: no limit.</summary>
    public int HookRate { get; init; } = Hooks.HookRate.Default;

    /// <summary>How PostgreSQL is reached, perhaps with a password; null: the ledger is a file.</summary>
    public string? Postgres { get; init; }

    public string? Token { get; init; }

    public bool Help { get; init; }

    /// <exception cref="OptionsException">With a sentence that says what is wrong.</exception>
    public static AppOptions Read(string[] args, Func<string, string?> environment)
    {
        var given = new Dictionary<string, string>();
        foreach (var name in Names)
            if (environment("AUTODEPLOY_" + name.ToUpperInvariant().Replace('-', '_')) is { Length: > 0 } value)
                given[name] = value;

        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
                return new AppOptions { Help = true };
            var parts = args[i].Split('=', 2);
            if (!parts[0].StartsWith("--", StringComparison.Ordinal) || !Names.Contains(parts[0][2..]))
                throw new OptionsException($"There is no option \"{parts[0]}\"; --help says which there are.");
            if (parts.Length == 1 && i + 1 == args.Length)
                throw new OptionsException($"The option {parts[0]} lacks its value.");
            given[parts[0][2..]] = parts.Length == 2 ? parts[1] : args[++i];
        }

        var options = new AppOptions { Token = environment(Access.AdminToken.Variable)?.Trim() is { Length: > 0 } token ? token : null };
        foreach (var (name, value) in given)
            options = options.With(name, value);
        return options;
    }

    private static int PortOf(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw new OptionsException($"The port is \"{value}\"; expected a number from 0 to 65535.");

    private static IPAddress? HostOf(string value) => value switch
    {
        "*" => null,
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(value.Trim('[', ']'), out var address) => address,
        _ => throw new OptionsException($"The host is \"{value}\"; expected an address of this machine such as 127.0.0.1, or * for all."),
    };

    private static string DataOf(string value) =>
        value.Length > 0 ? Path.GetFullPath(value) : throw new OptionsException("The data directory is empty; expected a path.");

    private static string UrlOf(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0
            ? url.AbsoluteUri.TrimEnd('/')
            : throw new OptionsException($"The URL is \"{value}\"; expected one such as https://deploy.acme.com.");

    private static IPNetwork ProxyOf(string value) =>
        IPNetwork.TryParse(value, out var network) ? network
        : IPAddress.TryParse(value, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new OptionsException($"The proxy is \"{value}\"; expected an address or a network such as 10.0.0.0/8.");

    private static int HookRateOf(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate <= 1_000_000
            ? rate
            : throw new OptionsException($"The hook rate is \"{value}\"; expected deliveries a second from 1 to 1000000, or 0 for no limit.");

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

    private AppOptions With(string name, string value) => name switch
    {
        "port" => this with { Port = PortOf(value) },
        "host" => this with { Host = HostOf(value) },
        "data" => this with { Data = DataOf(value) },
        "url" => this with { Url = UrlOf(value) },
        "hook-rate" => this with { HookRate = HookRateOf(value) },
        "postgres" => this with { Postgres = PostgresOf(value) },
        _ => this with { Proxies = [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ProxyOf)] },
    };
}

/// <summary>The process cannot be started like this; the message is one sentence.</summary>
public sealed class OptionsException(string message) : Exception(message);
