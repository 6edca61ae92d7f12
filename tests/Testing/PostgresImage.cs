namespace AutoDeploy.Testing;

/// <summary>
/// The PostgreSQL server of this machine in an image: its programs, the libraries that they need and a user. Its data is on a volume that
/// the image
/// declares. It holds a lock there as long as any of its processes lives; a second one leaves a note and ends.
/// </summary>
public static class PostgresImage
{
    public const string Home = "/var/lib/postgresql";

    private const int User = 999;

    private static readonly Lazy<ImageLayer> Machine = new(() => ImageLayer.OfMachine(Files(), Home, User));

    /// <summary>Where Debian keeps the newest version's; what else leads to them does not count.</summary>
    private static string Programs =>
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .Select(folder => Path.Combine(folder, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "postgres")))
            .Max(StringComparer.Ordinal)!;

    public static TestImage Of(string version)
    {
        Prerequisites.CheckPostgres();
        var query = $"psql -h {Home} -d postgres -Atc";
        return new TestImage
        {
            Programs = Machine.Value,
            User = "postgres",
            Env = [$"PATH={Programs}:/usr/bin:/bin", "LC_ALL=C"],
            Volumes = [Home],
            StopSignal = "SIGINT",
            Healthcheck = new TestHealthcheck($"{query} 'SELECT 1'"),
            Files = new Dictionary<string, string>
            {
                ["etc/passwd"] = $"root:x:0:0::/:/bin/sh\npostgres:x:{User}:{User}::{Home}:/bin/sh\n",
                ["etc/group"] = $"root:x:0:\npostgres:x:{User}:\n",
                ["bin/query"] = $"#!/bin/sh\nexec {query} \"$1\"\n",
                ["start"] = $"""
                    # {version}
                    cd {Home}
                    exec 9> lock
                    flock -n 9 || {"{"} date >> overlaps; exit 7; {"}"}
                    [ -f data/PG_VERSION ] || initdb -D data --no-locale -E UTF8 -A trust --no-sync
                    exec postgres -D data -k {Home} -c listen_addresses=

                    """,
            },
        };
    }

    private static IEnumerable<string> Files()
    {
        var version = Path.GetFileName(Path.GetDirectoryName(Programs)!);
        string[] programs =
        [
            .. ((string[])["postgres", "initdb", "psql"]).Select(name => Path.Combine(Programs, name)),
            "/usr/bin/flock",
            $"/usr/lib/postgresql/{version}/lib/plpgsql.so",
            $"/usr/lib/postgresql/{version}/lib/dict_snowball.so",
        ];
        foreach (var line in UnixTools.Run("ldd", programs).Split('\n'))
            if (line.Split(' ', '\t').FirstOrDefault(word => word.StartsWith('/') && !word.EndsWith(':')) is { } library)
                yield return library;
        foreach (var program in programs)
            yield return program;
        foreach (var file in Directory.EnumerateFiles($"/usr/share/postgresql/{version}", "*", SearchOption.AllDirectories))
            yield return file;
    }
}
