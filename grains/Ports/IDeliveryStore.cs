using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>The newest deliveries of each hook. Headers and bodies are encrypted before they touch the disk.</summary>
public interface IDeliveryStore
{
    /// <summary>So many deliveries of a hook are on record; a newer one takes the oldest one's place.</summary>
    const int MaxDeliveriesPerHook = 200;

    /// <summary>Records a delivery; nothing when its hook is not there any more.</summary>
    Task AddDelivery(Delivery delivery, DeliveryContent content, CancellationToken cancellationToken);

    /// <summary>
    /// Records pushes as <see cref="IPushStore.RecordPushes"/> does, and in the same step the delivery that
    /// they came in.
    /// </summary>
    /// <param name="pushes">One or more.</param>
    /// <param name="delivery">Its outcome does not count.</param>
    /// <param name="content">What was delivered.</param>
    /// <param name="outcome">What becomes of the delivery; may be asked more than once.</param>
    /// <param name="cancellationToken">Until it is begun.</param>
    Task<IReadOnlyList<RecordedPush>> RecordPushes(
        IReadOnlyList<Push> pushes,
        Delivery delivery,
        DeliveryContent content,
        Func<IReadOnlyList<RecordedPush>, DeliveryOutcome> outcome,
        CancellationToken cancellationToken
    );

    /// <summary>The deliveries of a hook, in the reverse of the order in which they were recorded.</summary>
    Task<Page<Delivery>> ListDeliveries(Guid hookId, int limit, int offset, CancellationToken cancellationToken);

    Task<StoredDelivery?> FindDelivery(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Forgets headers and bodies of the deliveries received before. Works in small steps.</summary>
    Task TrimDeliveries(DateTimeOffset before, CancellationToken cancellationToken);
}
