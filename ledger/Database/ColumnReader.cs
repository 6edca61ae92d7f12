using System.Data.Common;

namespace AutoDeploy.Ledger.Database;

/// <summary>How our values look in a column: see the head of the schema.</summary>
internal static class ColumnReader
{
    public static object Value(object? value) =>
        value switch
        {
            null => DBNull.Value,
            Guid uuid => uuid.ToString(),
            DateTimeOffset time => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks,
            bool flag => flag ? 1L : 0L,
            Enum word => word.ToString(),
            _ => value,
        };

    public static string Text(this DbDataReader row, int column) => row.GetString(column);

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static Guid Uuid(this DbDataReader row, int column) => System.Guid.ParseExact(row.GetString(column), "D");

    public static Guid? UuidOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Uuid(column);

    public static long Number(this DbDataReader row, int column) => row.GetInt64(column);

    public static bool Flag(this DbDataReader row, int column) => row.GetInt64(column) != 0;

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static T Word<T>(this DbDataReader row, int column)
        where T : struct, Enum => Enum.Parse<T>(row.GetString(column));

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);
}
