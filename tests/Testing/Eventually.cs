using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AutoDeploy.Testing;

/// <summary>Waits for what will be so, without guessing how long it takes.</summary>
public static class Eventually
{
    /// <summary>
    /// What comes at once is seen at once; what takes long need not be asked for all the time, by several tests, of one process.
    /// </summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMilliseconds(60);

    /// <param name="condition">What is waited for.</param>
    /// <param name="what">It, in words, for when it does not come.</param>
    /// <param name="deadline">60 s unless told: only to end a test that has failed.</param>
    public static async Task Until(
        Func<Task<bool>> condition,
        [CallerArgumentExpression(nameof(condition))] string what = "",
        TimeSpan? deadline = null
    )
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (deadline ?? TimeSpan.FromSeconds(60)))
                throw new TimeoutException($"Waited {clock.Elapsed.TotalSeconds:0} s in vain until: {what}");
            var delay = clock.Elapsed / 20;
            await Task.Delay(
                delay < ShortestPause ? ShortestPause
                : delay > MaxRetryDelay ? MaxRetryDelay
                : delay
            );
        }
    }

    public static Task Until(
        Func<bool> condition,
        [CallerArgumentExpression(nameof(condition))] string what = "",
        TimeSpan? deadline = null
    ) => Until(() => Task.FromResult(condition()), what, deadline);

    /// <summary>Waits until there is a value, and answers it.</summary>
    public static async Task<T> UntilFound<T>(
        Func<Task<T?>> find,
        [CallerArgumentExpression(nameof(find))] string what = "",
        TimeSpan? deadline = null
    )
        where T : class
    {
        T? found = null;
        await Until(async () => (found = await find()) is not null, what, deadline);
        return found!;
    }
}
