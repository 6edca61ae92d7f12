namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>
/// Sees every call that a deployment makes of its ledger and its engine, and lets one of them fail: the process dies before it or after it.
/// </summary>
internal sealed class FaultPlan
{
    private int _calls;

    /// <summary>The process dies at this call, counted from 0; null: never.</summary>
    public int? DiesAt { get; set; }

    /// <summary>The call that the process dies at has had its effect.</summary>
    public bool DiesAfter { get; set; }

    /// <summary>It was at that call.</summary>
    public bool HasDied { get; private set; }

    /// <summary>Calls in their order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Fails calls of that name as it says.</summary>
    public Dictionary<string, Func<Exception?>> Failures { get; } = [];

    /// <summary>Called before each call.</summary>
    public Action<string> WhenCalled { get; set; } = _ => { };

    public Task Run(string call, Action effect)
    {
        WhenCalled(call);
        Calls.Add(call);
        var dies = !HasDied && _calls++ == DiesAt;
        if (dies && !DiesAfter)
            Die();
        if (Failures.GetValueOrDefault(call)?.Invoke() is { } failure)
            throw failure;
        effect();
        if (dies)
            Die();
        return Task.CompletedTask;
    }

    private void Die()
    {
        HasDied = true;
        throw new ProcessDiedException();
    }

    /// <summary>What was being done ends here; what is stored is what a process that starts again finds.</summary>
    public sealed class ProcessDiedException : Exception;
}
