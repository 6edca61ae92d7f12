using AutoDeploy.Ledger;
using Microsoft.Data.Sqlite;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>How large the ledger of a process that has ended is.</summary>
/// <param name="Rows">Of each table.</param>
/// <param name="Used">Bytes of the file's pages that are in use; the others are there for what comes.</param>
/// <param name="Directory">Bytes of all files in the data directory.</param>
internal sealed record LedgerSize(IReadOnlyDictionary<string, long> Rows, long Used, long Directory)
{
    public static LedgerSize From(DirectoryInfo data)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(data.FullName, LedgerOptions.FileName)};Mode=ReadOnly;Pooling=False"
        );
        connection.Open();
        var tables = new List<string>();
        using (
            var command = new SqliteCommand("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", connection)
        )
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                tables.Add(reader.GetString(0));

        return new LedgerSize(
            tables.ToDictionary(table => table, table => Number($"SELECT count(*) FROM \"{table}\"")),
            (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size"),
            data.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        );

        long Number(string sql)
        {
            using var command = new SqliteCommand(sql, connection);
            return (long)command.ExecuteScalar()!;
        }
    }
}
