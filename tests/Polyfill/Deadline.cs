namespace AutoDeploy.Polyfill.Tests;

/// <summary>No test may hang: what has not happened in this time will not happen. No test waits for it to pass.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task WithDeadline(this Task task)
    {
        // Not a TimeoutException: that is what Orleans throws, and what some tests expect.
        if (await Task.WhenAny(task, Task.Delay(Patience)) != task)
            throw new InvalidOperationException($"What the test waits for did not happen within {Patience}.");
        await task;
    }

    public static async Task<T> WithDeadline<T>(this Task<T> task)
    {
        await WithDeadline((Task)task);
        return await task;
    }
}
