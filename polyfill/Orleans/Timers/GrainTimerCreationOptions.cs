using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a timer ticks and how its ticks stand to the grain's calls.</summary>
public readonly struct GrainTimerCreationOptions()
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of one tick to the beginning of the next; infinite: it ticks once.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Ticks may begin while calls run.</summary>
    public bool Interleave { get; init; }

    /// <summary>Ticks count as use: they keep the activation from being collected.</summary>
    public bool KeepAlive { get; init; }
}
