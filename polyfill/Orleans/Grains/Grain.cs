using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of all grain classes.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    // Null only when a test makes a grain with new; everything here is then out of use, as in Orleans.
    [AllowNull]
    public IGrainContext GrainContext { get; } = Activation.OnThisThread;

    protected IGrainFactory GrainFactory => Context.ActivationServices.GetRequiredService<IGrainFactory>();

    protected internal IServiceProvider ServiceProvider => Context.ActivationServices;

    private IGrainContext Context =>
        GrainContext ?? throw new InvalidOperationException("This grain was not created by the runtime.");

    /// <summary>Called after the state is read and before the first call.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after the last call. It is not called when the process dies.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation when its running calls have ended; later calls go to a new one.</summary>
    protected void DeactivateOnIdle() => ((IGrainBase)this).DeactivateOnIdle();
}
