using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Pushes on record, and which of them lack verdicts.</summary>
public interface IPushStore
{
    /// <summary>
    /// Records pushes that came in one delivery, all or none. A push whose sender, hook and delivery are known already is not
    /// recorded again. Answers, in the same order, each push as it is on record and whether this call put it there.
    /// </summary>
    Task<IReadOnlyList<RecordedPush>> RecordPushes(IReadOnlyList<Push> pushes, CancellationToken cancellationToken);

    Task<Push?> FindPush(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Whether services may still lack their verdict on a push.</summary>
    Task<bool> IsMissingVerdicts(Guid pushId, CancellationToken cancellationToken);

    /// <summary>Pushes of one source that lack verdicts, in the order in which they were recorded.</summary>
    Task<IReadOnlyList<OpenPush>> ListOpenPushes(string source, int limit, CancellationToken cancellationToken);

    /// <summary>Sources with pushes that lack verdicts.</summary>
    Task<IReadOnlyList<string>> ListOpenSources(CancellationToken cancellationToken);

    /// <summary>
    /// Remembers how far the fan-out of a push came: every subscriber up to this one, in the order of
    /// <see cref="IServiceStore.ListSubscribers"/>.
    /// </summary>
    Task Advance(Guid pushId, Guid reached, CancellationToken cancellationToken);

    /// <summary>These pushes have all their verdicts.</summary>
    Task Complete(IReadOnlyList<Guid> pushIds, CancellationToken cancellationToken);
}
