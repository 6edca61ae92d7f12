using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;
using Microsoft.Data.Sqlite;

namespace AutoDeploy.EndToEnd.Tests.Upgrade;

/// <summary>
/// A copy of what an older AutoDeploy left when it was killed (see README.md): its data and database, and the servers around it at
/// the same addresses.
/// </summary>
internal sealed class OlderVersion : IAsyncDisposable
{
    private const int RegistryPort = 5151;
    private const int GitPort = 5152;
    private const int ReceiverPort = 5153;

    /// <summary>
    /// As long ago as it shall have been killed: longer than a deployment had to bake, and too short for anything to be trimmed.
    /// </summary>
    private static readonly TimeSpan Ago = TimeSpan.FromMinutes(2);

    private static readonly (string Table, string[] Columns)[] Times =
    [
        ("pushes", ["received"]),
        ("verdicts", ["received"]),
        ("services", ["created"]),
        ("log_lines", ["time"]),
        ("deliveries", ["received"]),
        ("deployments", ["created", "started", "ended", "switched"]),
        ("events", ["time"]),
        ("event_cursors", ["failing_since", "due", "delivered"]),
        ("engines", ["seen"]),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-older-").FullName;
    private readonly List<IAsyncDisposable> _servers = [];

    private OlderVersion(string kind)
    {
        using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrade", kind + ".tar.gz"));
        using var plain = new GZipStream(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(plain, _folder, overwriteFiles: false);
        Facts = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "facts.json")))!;
    }

    public JsonNode Facts { get; }

    public string Data => Path.Combine(_folder, "data");

    /// <summary>With AUTODEPLOY_POSTGRES, if that is where its records are.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["AUTODEPLOY_REGISTRY_PATIENCE_SECONDS"] = "15" };

    /// <summary>A new engine.</summary>
    public DockerDaemon Docker { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public GitServer Git { get; private set; } = null!;

    /// <summary>What the notification is delivered to.</summary>
    public HttpReceiver Receiver { get; private set; } = null!;

    /// <summary>An image that the engine has, with a web server and commands.</summary>
    public string WebImage { get; private set; } = null!;

    public string Service(string name) => (string)Facts["services"]![name]!;

    public static async Task<OlderVersion> Open(string kind)
    {
        var older = new OlderVersion(kind);
        try
        {
            await older.StartServers();
            await older.PutContainers();
            await older.OpenDatabase(kind);
            return older;
        }
        catch
        {
            await older.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_servers))
            await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartServers()
    {
        _servers.Add(Docker = await DockerDaemon.Start());
        _servers.Add(
            Registry = await RegistryServer.Start(
                new RegistryServerOptions
                {
                    Port = RegistryPort,
                    Username = "ida",
                    Password = "registry password",
                }
            )
        );
        _servers.Add(Git = await GitServer.Start("git password", "ida", GitPort));
        _servers.Add(Receiver = await HttpReceiver.Start(port: ReceiverPort));
        Directory.CreateDirectory(Path.Combine(Git.Folder, "acme"));
        UnixTools.Run("cp", "-r", Path.Combine(_folder, "shop.git"), Git.PathOf("acme/shop"));

        await using var open = await RegistryServer.Start(new RegistryServerOptions { DataOf = Registry });
        await TestImage.HealthyWeb("base").Push(Registry, "web-base", "latest");
        await Docker.Cli("pull", "-q", $"{open.Host}/web-base");
        WebImage = $"{Registry.Host}/web-base";
        await Docker.Cli("tag", $"{open.Host}/web-base", WebImage);
    }

    /// <summary>The services' containers, as it had labelled and named them; what is in them does not matter.</summary>
    private async Task PutContainers()
    {
        await Docker.Cli("network", "create", "autodeploy");
        foreach (var container in Facts["containers"]!.AsArray())
        {
            // a VOLUME of its image had been an anonymous volume
            List<string> arguments = ["create", "--volume", "/data", "--name", (string)container!["name"]!, "--network", "autodeploy"];
            foreach (var alias in container["aliases"]!.AsArray().Select(alias => (string)alias!).Where(alias => alias.Length < 12))
                arguments.AddRange(["--network-alias", alias]);
            foreach (var (label, value) in container["labels"]!.AsObject())
                arguments.AddRange(["--label", $"{label}={(string)value!}"]);
            var id = await Docker.Cli([.. arguments, WebImage]);
            if ((bool)container["running"]!)
                await Docker.Cli("start", id);
        }
    }

    private async Task OpenDatabase(string kind)
    {
        var written = DateTimeOffset.Parse((string)Facts["written"]!, CultureInfo.InvariantCulture);
        var shift = (DateTimeOffset.UtcNow - Ago - written).Ticks.ToString(CultureInfo.InvariantCulture);
        var later = string.Concat(
            Times.Select(t => $"UPDATE {t.Table} SET {string.Join(", ", t.Columns.Select(column => $"{column} = {column} + {shift}"))};\n")
        );
        if (kind == "sqlite")
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "autodeploy.db")};Pooling=false");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = later;
            await command.ExecuteNonQueryAsync();
            return;
        }

        var postgres = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
        _servers.Add(postgres);
        await postgres.Execute(await File.ReadAllTextAsync(Path.Combine(_folder, "postgres.sql")));
        await postgres.Execute(later);
        Environment["AUTODEPLOY_POSTGRES"] = postgres.ConnectionString();
    }
}
