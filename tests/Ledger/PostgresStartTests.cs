using System.Diagnostics;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Npgsql;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>The database: how it is reached, made, brought up to date, shared, and refused with a sentence.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresStartTests(PostgresFixture postgresFixture) : IAsyncLifetime
{
    private PostgresTestDatabase _database = null!;

    private string Place => $"the database \"{_database.Name}\" of PostgreSQL at 127.0.0.1:{postgresFixture.Server.Port}";

    public async Task InitializeAsync() => _database = await postgresFixture.EmptyDatabase();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("Host=db;Database=a;Username=ada;Password=p;Port=99", "db", 99, "a", "ada", "p")]
    [InlineData("Server=db;User Id=ada", "db", 5432, "ada", "ada", null)]
    [InlineData("postgres://ada:p%40%3B%20w@db.acme.com/a", "db.acme.com", 5432, "a", "ada", "p@; w")]
    [InlineData(" postgresql://ada@[::1]:99?connect_timeout=3&sslmode=verify-full\n", "::1", 99, "ada", "ada", null)]
    public void An_address_is_a_connection_string_or_a_url(
        string text,
        string host,
        int port,
        string database,
        string user,
        string? password
    )
    {
        var read = PostgresAddress.Read(text);

        Assert.Equal((host, port, database, user, password), (read.Host, read.Port, read.Database, read.Username, read.Password));
        Assert.Equal(
            text.Contains("sslmode", StringComparison.Ordinal) ? (3, SslMode.VerifyFull) : (5, SslMode.Prefer),
            (read.Timeout, read.SslMode)
        );
    }

    [Theory]
    [InlineData("Host=db;Passwrod=hidden", "has the key \"passwrod\", which there is not")]
    [InlineData("Host=db;Port=hidden", "has a value for \"port\" that cannot be used")]
    [InlineData("Host=db;Password='hidden", "cannot be read")]
    [InlineData("hidden", "cannot be read")]
    [InlineData("Password=hidden", "names no host")]
    [InlineData("postgres://ada:hidden@db/a?sslmode=hidden", "has a value for \"SSL Mode\" that cannot be used")]
    [InlineData("postgres://ada:hidden@db/a?colour=hidden", "has the key \"colour\", which there is not")]
    [InlineData("postgres://ada:hid/den@db/a", "cannot be read")]
    public void An_address_that_makes_no_sense_is_refused_without_its_values(string text, string sentence)
    {
        var exception = Assert.Throws<LedgerException>(() => PostgresAddress.Read(text));

        Assert.Contains(sentence, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hid", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_shown()
    {
        var wrong = new NpgsqlConnectionStringBuilder(_database.Connection) { Password = "hidden" }.ConnectionString;

        Assert.Equal(
            $"PostgreSQL at 127.0.0.1:{postgresFixture.Server.Port} does not let the user \"{PostgresServer.User}\" in: the "
                + "password is not the right one.",
            await Refusal(PostgresFixture.Closed(wrong))
        );
    }

    [Fact]
    public async Task A_missing_database_is_named() =>
        Assert.Equal(
            $"There is no database \"nowhere\" at PostgreSQL at 127.0.0.1:{postgresFixture.Server.Port}; make it with: CREATE "
                + "DATABASE \"nowhere\"",
            await Refusal(PostgresFixture.Closed(postgresFixture.Server.ConnectionString("nowhere")))
        );

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var port = UnixTools.FreePort();

        Assert.Equal(
            $"PostgreSQL at 127.0.0.1:{port} cannot be reached: Connection refused.",
            await Refusal(PostgresFixture.Closed($"Host=127.0.0.1;Port={port};Username=ada;Password=hidden"))
        );
        Assert.Equal(
            "PostgreSQL cannot be reached: there is no host \"nowhere.invalid\".",
            await Refusal(PostgresFixture.Closed("Host=nowhere.invalid;Username=ada;Password=hidden"))
        );
    }

    [Fact]
    public async Task A_server_that_is_too_old_is_refused_and_left_alone()
    {
        using var older = new OldVersionPostgresProxy(postgresFixture.Server.Port, "12");

        Assert.Matches(
            $@"^PostgreSQL at 127\.0\.0\.1:{older.Port} is version 12\.[0-9]+; AutoDeploy needs 13 or a newer one\.$",
            await Refusal(PostgresFixture.Closed(older.ConnectionString(_database.Connection)))
        );
        Assert.Equal(0L, _database.Execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));

        using var oldest = new OldVersionPostgresProxy(postgresFixture.Server.Port, "13");
        await (await PostgresFixture.Open(oldest.ConnectionString(_database.Connection))).DisposeAsync();
    }

    [Fact]
    public async Task Who_may_make_no_tables_is_told_how_to()
    {
        await postgresFixture.Server.Execute(
            $"CREATE ROLE guest_{_database.Name} LOGIN PASSWORD 'guest'; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            _database.Name
        );
        var guest = new NpgsqlConnectionStringBuilder(_database.Connection)
        {
            Username = $"guest_{_database.Name}",
            Password = "guest",
        }.ConnectionString;

        Assert.Equal(
            $"The user \"guest_{_database.Name}\" may not do what is needed in {Place} (permission denied for schema public); let "
                + "it own the database: "
                + $"ALTER DATABASE \"{_database.Name}\" OWNER TO \"guest_{_database.Name}\"",
            await Refusal(PostgresFixture.Closed(guest))
        );
    }

    [Fact]
    public async Task Another_programs_tables_and_another_encoding_are_refused()
    {
        _database.Execute("CREATE TABLE services (title text)");
        Assert.Equal(
            $"There are tables of another program in {Place} (relation \"services\" already exists); AutoDeploy needs one of its own.",
            await Refusal(PostgresFixture.Closed(_database.Connection))
        );

        var latin = $"latin_{_database.Name}";
        await postgresFixture.Server.Execute($"CREATE DATABASE {latin} ENCODING LATIN1 LOCALE 'C' TEMPLATE template0");
        Assert.Equal(
            $"The encoding of the database \"{latin}\" of PostgreSQL at 127.0.0.1:{postgresFixture.Server.Port} is LATIN1; "
                + "AutoDeploy needs UTF8: make it with ENCODING 'UTF8' TEMPLATE template0.",
            await Refusal(PostgresFixture.Closed(postgresFixture.Server.ConnectionString(latin)))
        );
    }

    [Fact]
    public async Task The_key_is_needed_and_has_to_be_the_one_that_was_used_first()
    {
        Assert.Equal(
            "The key that secrets are encrypted with is missing: set AUTODEPLOY_SECRET_KEY, the same for all processes that "
                + "share the database; "
                + "make one with: openssl rand -base64 32",
            await Refusal(PostgresFixture.Closed(_database.Connection, key: null))
        );

        await (await PostgresFixture.Open(_database.Connection)).DisposeAsync();
        Assert.Equal(
            $"The secrets in {Place} are encrypted and the key is missing: set AUTODEPLOY_SECRET_KEY.",
            await Refusal(PostgresFixture.Closed(_database.Connection, key: null))
        );
        Assert.Equal(
            $"The secrets in {Place} were encrypted with another key than the one in AUTODEPLOY_SECRET_KEY.",
            await Refusal(PostgresFixture.Closed(_database.Connection, key: Convert.ToBase64String(new byte[32])))
        );
    }

    [Fact]
    public async Task The_key_can_lie_in_a_data_directory()
    {
        using var directory = new TemporaryDirectory();
        await (await Opened()).DisposeAsync();
        Assert.Equal(["secret.key"], Directory.GetFiles(directory.Data).Select(Path.GetFileName));

        await (await Opened()).DisposeAsync();

        async Task<SqlLedger> Opened()
        {
            var ledger = PostgresFixture.Closed(_database.Connection, key: null, exclusive: true, data: directory.Data);
            await ledger.Open(Never);
            return ledger;
        }
    }

    [Fact]
    public async Task Who_wants_the_database_for_itself_gets_it_when_nobody_else_has_it()
    {
        var first = await PostgresFixture.Open(_database.Connection);
        var second = await PostgresFixture.Open(_database.Connection);
        Assert.Equal(
            $"In {Place} there is another AutoDeploy; stop that one first.",
            await Refusal(PostgresFixture.Closed(_database.Connection, exclusive: true))
        );
        await first.DisposeAsync();
        await second.DisposeAsync();

        await using var alone = await PostgresFixture.Open(_database.Connection, exclusive: true);
        Assert.Equal(
            $"In {Place} there is another AutoDeploy; stop that one first.",
            await Refusal(PostgresFixture.Closed(_database.Connection, exclusive: true))
        );
        Assert.Equal(
            $"An AutoDeploy has {Place} for itself (./run --postgres); stop that one first.",
            await Refusal(PostgresFixture.Closed(_database.Connection))
        );
    }

    [Fact]
    public async Task A_ledger_is_not_used_before_it_is_opened_nor_after_it_is_closed()
    {
        var ledger = PostgresFixture.Closed(_database.Connection);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.RecordPushes([Push()], Never));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.FindPush(Guid.Empty, Never));

        await ledger.Open(Never);
        await ledger.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.RecordPushes([Push()], Never));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.Ping(Never));
        await ledger.DisposeAsync();
        ledger.Dispose();
    }

    [Fact]
    public async Task Ten_processes_that_start_at_once_make_the_schema_once()
    {
        var processes = Enumerable
            .Range(0, 10)
            .Select(_ =>
                Process.Start(
                    new ProcessStartInfo(
                        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                        ["exec", typeof(Program).Assembly.Location, "open", _database.Connection]
                    )
                    {
                        RedirectStandardError = true,
                    }
                )!
            )
            .ToList();

        foreach (var process in processes)
        {
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal((0, ""), (process.ExitCode, errors));
            process.Dispose();
        }

        Assert.Equal((long)PostgresMigrations.All.Count, _database.Execute("SELECT count(*) FROM autodeploy_schema"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await (await PostgresFixture.Open(_database.Connection)).DisposeAsync();
        _database.Execute("INSERT INTO autodeploy_schema (version) VALUES (99)");

        Assert.Equal(
            $"The schema of {Place} was written by a newer AutoDeploy (schema 99, this one knows {PostgresMigrations.All.Count}); "
                + "run that one.",
            await Refusal(PostgresFixture.Closed(_database.Connection))
        );
    }

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_with_its_rows_and_one_that_fails_stays_as_it_was()
    {
        string[] migrations =
        [
            "CREATE TABLE a (x bigint); INSERT INTO a VALUES (1);",
            """
                ALTER TABLE a ADD COLUMN y bigint NOT NULL DEFAULT 2;
                -- a function has semicolons, and what looks like parameters, of its own
                CREATE FUNCTION four(IN n bigint) RETURNS bigint LANGUAGE plpgsql AS $func$
                DECLARE a bigint := '3';
                BEGIN
                    a := a + 1; RETURN a::bigint;
                END; $func$;
                CREATE TABLE queries (text text); INSERT INTO queries VALUES ('SELECT @a; :b');
                """,
            "INSERT INTO a VALUES (3, four(1));",
        ];
        await using (var old = new PostgresDatabase(Options()))
            Assert.Equal((0, 1), old.Open(migrations[..1]));
        await using (var failing = new PostgresDatabase(Options()))
            Assert.Throws<LedgerException>(() =>
                failing.Open([migrations[0], "CREATE TABLE b (x bigint); ALTER TABLE missing ADD COLUMN y bigint"])
            );

        await using (var database = new PostgresDatabase(Options()))
        {
            Assert.Equal((1, 3), database.Open(migrations));
            Assert.Equal(
                [(1, 2), (3, 4)],
                await database.Read(session => session.Query("SELECT x, y FROM a ORDER BY x", row => (row.Number(0), row.Number(1))), Never)
            );
            Assert.Equal("SELECT @a; :b", _database.Execute("SELECT text FROM queries"));
        }

        await using var again = new PostgresDatabase(Options());
        Assert.Equal((3, 3), again.Open(migrations));
    }

    private PostgresLedgerOptions Options() => new() { ConnectionString = _database.Connection };

    private static async Task<string> Refusal(SqlLedger ledger)
    {
        await using (ledger)
        {
            var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never));
            Assert.DoesNotContain("hidden", exception.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(PostgresServer.Password, exception.ToString(), StringComparison.Ordinal);
            return exception.Message;
        }
    }
}
