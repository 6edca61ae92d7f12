using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace AutoDeploy.Testing;

/// <summary>
/// A PostgreSQL of its own on a loopback port, with its data in a temporary folder. It can be stopped, killed, frozen and started
/// again on the same port and data. PostgreSQL does not run as root: root's tests run it as the user <c>postgres</c>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "autodeploy_admin";
    public const string Password = "correct horse battery staple";

    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-postgres-").FullName;
    private readonly PostgresServerOptions _options;
    private int _databases;
    private ServerProcess? _server;

    private PostgresServer(PostgresServerOptions options)
    {
        _options = options;
        Port = UnixTools.FreePort();
    }

    public int Port { get; }

    public string Output => _server?.Output ?? "";

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> Start(PostgresServerOptions? options = null)
    {
        Prerequisites.CheckPostgres();
        var server = new PostgresServer(options ?? new PostgresServerOptions());
        try
        {
            await server.Create();
            await server.StartAgain();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>As Npgsql reads it; without a database the one that every server has.</summary>
    public string ConnectionString(string database = "postgres") =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = User,
            Password = Password,
            Database = database,
            Pooling = false,
            Timeout = 60, // seconds; many processes that begin at once share few processors
        }.ConnectionString;

    /// <summary>A new database; answers its name.</summary>
    /// <param name="template">Of which it is a copy; nobody may be connected to it.</param>
    public async Task<string> CreateDatabase(string template = "template1")
    {
        var name = $"autodeploy_{Interlocked.Increment(ref _databases)}";
        await Execute($"CREATE DATABASE {name} TEMPLATE {template}");
        return name;
    }

    /// <summary>Runs a statement as the superuser.</summary>
    public async Task Execute(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Starts it on the port and the data that it had.</summary>
    public async Task StartAgain()
    {
        _server?.Dispose();
        _server = StartProgram(
            "postgres",
            "-D",
            Data,
            "-p",
            $"{Port}",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            $"unix_socket_directories={_folder}",
            "-c",
            $"fsync={(_options.Fsync ? "on" : "off")}",
            "-c",
            $"max_connections={_options.MaxConnections}"
        );
        await _server.WaitUntilReady(Answers);
    }

    /// <summary>Ends its connections, and itself in good order.</summary>
    public Task Stop() => _server?.Stop(UnixTools.SigInterrupt) ?? Task.CompletedTask;

    /// <summary>kill -9 of all its processes at once.</summary>
    public async Task Kill()
    {
        if (_server is not { HasExited: false } server)
            return;
        // frozen first, so that none begins or ends meanwhile
        Freeze();
        var all = Processes();
        foreach (var process in all)
            UnixTools.Signal(process, UnixTools.SigKill);
        await server.Kill();
        await Eventually.Until(() => all.TrueForAll(HasEnded), "the processes of PostgreSQL have ended");
    }

    /// <summary>It stays connected, accepts connections, and answers nothing.</summary>
    public void Freeze() => Signal(UnixTools.SigStop);

    public void Thaw() => Signal(UnixTools.SigContinue);

    public async ValueTask DisposeAsync()
    {
        // its shared memory goes with it only if it is asked to end
        Thaw();
        await (_server?.Stop(UnixTools.SigQuit) ?? Task.CompletedTask);
        await Kill();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Create()
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        if (Environment.UserName == "root")
            UnixTools.Run("chown", "-R", "postgres:", _folder);
        using var create = StartProgram(
            "initdb",
            "-D",
            Data,
            "-U",
            User,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            $"--pwfile={passwordFile}",
            "--no-sync"
        );
        await create.WaitForExit();
    }

    public async Task<bool> Answers()
    {
        try
        {
            await Execute("SELECT 1");
            return true;
        }
        catch (NpgsqlException exception)
            when (exception is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow }
                || exception.InnerException is SocketException or IOException
            )
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        foreach (var process in Processes())
            UnixTools.Signal(process, signal);
    }

    /// <summary>The server's process and the children it has now.</summary>
    private List<int> Processes()
    {
        if (_server is not { HasExited: false } server)
            return [];
        var children = Directory
            .GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0)
            .Where(process => process > 0 && Status(process)?.Parent == server.Id);
        return [server.Id, .. children];
    }

    private static bool HasEnded(int process) => Status(process) is null or { State: 'Z' or 'X' };

    private static (char State, int Parent)? Status(int process)
    {
        try
        {
            // PID (NAME) STATE PARENT ..., and the name may hold anything
            var text = File.ReadAllText($"/proc/{process}/stat");
            var words = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (words[0][0], int.Parse(words[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ServerProcess StartProgram(string program, params IEnumerable<string> arguments)
    {
        var path = Prerequisites.Find(program)!;
        return Environment.UserName == "root"
            ? ServerProcess.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path, .. arguments])
            : ServerProcess.Start(path, arguments);
    }
}
