namespace AutoDeploy.Git;

/// <summary>Reads records that each end with a NUL, as they come, and holds no more than one of them.</summary>
internal static class RecordReader
{
    /// <param name="input">Read until its end, or until <paramref name="take"/> has enough.</param>
    /// <param name="maxBytes">Of one record.</param>
    /// <param name="take">Gets each record without its NUL; false: it wants no more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: not all was read; a record that is too long ends the reading, too.</returns>
    public static async Task<bool> Read(
        Stream input,
        int maxBytes,
        Func<ReadOnlySpan<byte>, bool> take,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[maxBytes + 1];
        var held = 0;
        while (await input.ReadAsync(buffer.AsMemory(held), cancellationToken) is > 0 and var count)
        {
            held += count;
            var start = 0;
            while (buffer.AsSpan(start, held - start).IndexOf((byte)0) is >= 0 and var length)
            {
                if (!take(buffer.AsSpan(start, length)))
                    return false;
                start += length + 1;
            }

            if (start == 0 && held == buffer.Length)
                return false;
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
        }

        return true;
    }
}
