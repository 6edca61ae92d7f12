namespace AutoDeploy.Ledger.Database;

/// <summary>A column of many rows as one parameter, for <c>unnest</c>. The values look as they do in a column: see the schema.</summary>
internal static class ColumnArrays
{
    public static string?[] Texts<T>(this IReadOnlyList<T> rows, Func<T, object?> value) => Map(rows, row => Column(value(row)) as string);

    public static long?[] Numbers<T>(this IReadOnlyList<T> rows, Func<T, object?> value) =>
        Map(
            rows,
            row =>
                Column(value(row)) switch
                {
                    long number => number,
                    int number => number,
                    _ => default(long?),
                }
        );

    public static byte[]?[] Blobs<T>(this IReadOnlyList<T> rows, Func<T, byte[]?> value) => Map(rows, value);

    private static object Column(object? value) => ColumnReader.Value(value);

    private static TColumn[] Map<T, TColumn>(IReadOnlyList<T> rows, Func<T, TColumn> value)
    {
        var column = new TColumn[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }
}
