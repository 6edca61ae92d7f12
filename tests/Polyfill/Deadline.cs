namespace AutoDeploy.Polyfill.Tests;

/// <summary>No test may hang: what does not happen in this time will not happen. No test waits for it to pass.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task WithDeadline(this Task task) => task.WaitAsync(Patience);

    public static Task<T> WithDeadline<T>(this Task<T> task) => task.WaitAsync(Patience);
}
