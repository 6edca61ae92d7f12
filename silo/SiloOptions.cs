using System.Net;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Integrations;

namespace AutoDeploy.Silo;

/// <summary>How a silo of a cluster is started: from the command line, or else from AUTODEPLOY_… variables.</summary>
public sealed record SiloOptions
{
    public const string Usage = """
        autodeploy-silo [--port N] [--host ADDRESS] [--data DIR] [--url URL] [--AutoDeploy:Cluster:NAME VALUE]...

          --port N         where it answers /healthz and /readyz, 8081 unless given; 0 takes any that is free
          --host ADDRESS   listen for those on this address alone; on all of this machine unless given
          --data DIR       for mirrors of git repositories, ./data unless given; what is in it can be lost
          --url URL        how others reach the API, for the links in notifications

        Each may be given as a variable too: AUTODEPLOY_PORT and so on. The cluster is a section of the configuration
        (variables AutoDeploy__Cluster__NAME, appsettings.json or the command line):

          ConnectionString   the PostgreSQL database, as Npgsql reads it
          Id                 silos and API with the same id and database are one cluster, "autodeploy" unless given
          Address            where the others reach this silo; the address of this machine's name unless given
          SiloPort           where silos reach it, 11111 unless given
          GatewayPort        where the API reaches it, 30000 unless given
        """;

    private static readonly string[] Names = ["port", "host", "data", "url"];

    public int Port { get; init; } = 8081;

    /// <summary>Null: all addresses.</summary>
    public IPAddress? Host { get; init; }

    /// <summary>A full path.</summary>
    public string Data { get; init; } = Path.GetFullPath("data");

    /// <summary>Without a slash at the end; null: not known.</summary>
    public string? Url { get; init; }

    /// <summary>For .NET's configuration.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public bool Help { get; init; }

    /// <exception cref="OptionsException">With a sentence that says what is wrong.</exception>
    public static SiloOptions Read(string[] args, Func<string, string?> environment)
    {
        var given = CommandLineOptions.Read(args, Names, environment);
        var options = new SiloOptions { Settings = given.Settings, Help = given.Help };
        foreach (var (name, value) in given.Values)
            options = options.With(name, value);
        return options;
    }

    private SiloOptions With(string name, string value) =>
        name switch
        {
            "port" => this with { Port = OptionValueParser.ParsePort(value) },
            "host" => this with { Host = OptionValueParser.ParseHost(value) },
            "data" => this with { Data = OptionValueParser.ParseDataDirectory(value) },
            _ => this with { Url = OptionValueParser.ParseUrl(value) },
        };
}
