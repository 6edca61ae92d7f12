namespace AutoDeploy.Ports;

/// <summary>Sources that are looked at from time to time, and what was seen there.</summary>
public interface IPollStore
{
    /// <summary>Sources to be looked at, each once, with the shortest interval that a service asks for.</summary>
    Task<IReadOnlyList<SourcePoll>> ListPolls(CancellationToken cancellationToken);

    /// <summary>Services that want a source to be looked at.</summary>
    Task<IReadOnlyList<Guid>> ListPollingServices(string source, CancellationToken cancellationToken);

    /// <summary>
    /// What an organization has seen of a source's tags. Forgotten when no service wants the source to be looked at any longer.
    /// </summary>
    Task<KnownTags> ReadKnownTags(string organization, string source, CancellationToken cancellationToken);

    /// <summary>
    /// Remembers what a look has found: the pushes are recorded, and the tags that they are of seen, at once; all the rest before that, so
    /// that after a crash
    /// nothing is missed, nor found twice.
    /// </summary>
    Task RecordTagPoll(TagPollResult look, CancellationToken cancellationToken);
}
