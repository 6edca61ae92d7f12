using AutoDeploy.Deployments;
using AutoDeploy.Engines;
using AutoDeploy.Organizations;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>
/// The durable record of pushes, verdicts, deployments and logs, and who subscribes to what. What a method wrote is on disk when
/// its task ends. Lists answer the newest first unless they say otherwise.
/// </summary>
public interface ILedger : IEventLog, INotificationLedger, IEngineLedger, IContainerLedger, IBuildLedger, IVolumeLedger
{
    /// <summary>Creates what is missing of the database and brings an older one up to date; throws with a sentence when it cannot be used.</summary>
    Task Open(CancellationToken cancellationToken);

    /// <summary>A cheap question to the database; throws when it does not answer.</summary>
    Task Ping(CancellationToken cancellationToken);

    // Pushes

    /// <summary>
    /// Records pushes that came in one delivery, all or none. A push whose sender, hook and delivery are known already is not
    /// recorded again. Answers, in the same order, each push as it is on record and whether this call put it there.
    /// </summary>
    Task<IReadOnlyList<RecordedPush>> Record(IReadOnlyList<Push> pushes, CancellationToken cancellationToken);

    Task<Push?> FindPush(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Whether services may still lack their verdict on a push.</summary>
    Task<bool> LacksVerdicts(Guid push, CancellationToken cancellationToken);

    /// <summary>Pushes of one source that lack verdicts, in the order in which they were recorded.</summary>
    Task<IReadOnlyList<OpenPush>> OpenPushes(string source, int limit, CancellationToken cancellationToken);

    /// <summary>Sources with pushes that lack verdicts.</summary>
    Task<IReadOnlyList<string>> OpenSources(CancellationToken cancellationToken);

    /// <summary>Remembers how far the fan-out of a push came: every subscriber up to this one, in the order of <see cref="Subscribers"/>.</summary>
    Task Advance(Guid push, Guid reached, CancellationToken cancellationToken);

    /// <summary>These pushes have all their verdicts.</summary>
    Task Settle(IReadOnlyList<Guid> pushes, CancellationToken cancellationToken);

    // Services: an index of what the service grains hold, and their subscriptions

    /// <summary>
    /// Appends a service's events to the event log, each once however often it is handed over, and brings the index of services, the
    /// subscriptions and the polls to what the service has, all in one step. False, and nothing is written, when the service is new and another
    /// service of the organization that is not terminated has its name.
    /// </summary>
    Task<bool> HandOver(ServiceHandover handover, CancellationToken cancellationToken);

    /// <summary>The number of the last event that a service has handed over; 0: none.</summary>
    Task<long> HandedOver(Guid service, CancellationToken cancellationToken);

    /// <summary>Services whose stored state has events that were not handed over.</summary>
    Task<IReadOnlyList<Guid>> ServicesToHandOver(CancellationToken cancellationToken);

    /// <summary>Forgets the service, its subscriptions, verdicts, deployments and logs.</summary>
    Task RemoveService(Guid service, CancellationToken cancellationToken);

    Task<ServiceRow?> FindServiceByName(string organization, string name, CancellationToken cancellationToken);

    /// <summary>Services in the order in which they were created.</summary>
    Task<Page<ServiceRow>> Services(ServiceFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>Sources to be looked at, each once, with the shortest interval that a service asks for.</summary>
    Task<IReadOnlyList<SourcePoll>> Polls(CancellationToken cancellationToken);

    /// <summary>Services that want a source to be looked at.</summary>
    Task<IReadOnlyList<Guid>> PollingServices(string source, CancellationToken cancellationToken);

    /// <summary>What an organization has seen of a source's tags. Forgotten when no service wants the source to be looked at any longer.</summary>
    Task<SeenTags> SeenTags(string organization, string source, CancellationToken cancellationToken);

    /// <summary>
    /// Remembers what a look has found: the pushes are recorded, and the tags that they are of seen, at once; all the rest before that, so that after a crash
    /// nothing is missed, nor found twice.
    /// </summary>
    Task RecordLook(TagLook look, CancellationToken cancellationToken);

    /// <summary>Services that subscribe to a source, ordered by uuid's text, after the given one.</summary>
    Task<IReadOnlyList<Guid>> Subscribers(string source, Guid? after, int limit, CancellationToken cancellationToken);

    // Triggers

    Task AddTrigger(Trigger trigger, CancellationToken cancellationToken);

    /// <summary>The trigger of this service with this uuid, or null. The uuid itself is not searched for, only its hash.</summary>
    Task<Trigger?> FindTrigger(Guid service, Guid uuid, CancellationToken cancellationToken);

    Task<Page<Trigger>> Triggers(Guid service, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveTrigger(Guid service, Guid uuid, CancellationToken cancellationToken);

    // Verdicts

    /// <summary>
    /// Records a verdict and, for a deploy, its deployment, and cancels the one whose place it takes, all in one step. False, and
    /// nothing is recorded, when the service has a verdict for that push already. What the service held before is superseded by what is
    /// deployed or held.
    /// </summary>
    Task<bool> Decide(Verdict verdict, Deployment? deployment, Guid? superseded, CancellationToken cancellationToken);

    /// <summary>
    /// What becomes of a held push: writes kind, reason, detail, deployment, time and approval of its verdict, with its deployment as
    /// <see cref="Decide"/> does, all in one step. False, and nothing is written, when it is not held any more.
    /// </summary>
    Task<bool> Redecide(Verdict verdict, Deployment? deployment, Guid? superseded, CancellationToken cancellationToken);

    /// <summary>Whatever the service holds is superseded.</summary>
    Task DropHeld(Guid service, CancellationToken cancellationToken);

    /// <summary>Services that hold a push: all, or those that hold one until <paramref name="due"/> or an earlier time.</summary>
    Task<IReadOnlyList<Guid>> HeldServices(DateTimeOffset? due, CancellationToken cancellationToken);

    Task<Verdict?> FindVerdict(Guid push, Guid service, CancellationToken cancellationToken);

    /// <summary>The verdicts on a push that led to deployments.</summary>
    Task<IReadOnlyList<Verdict>> Deploying(Guid push, CancellationToken cancellationToken);

    /// <summary>The verdict with this uuid, if it is one of the service.</summary>
    Task<VerdictWithPush?> FindVerdictOf(Guid service, Guid uuid, CancellationToken cancellationToken);

    Task<Page<VerdictWithPush>> Verdicts(Guid service, int limit, int offset, CancellationToken cancellationToken);

    // Deployments and their logs

    Task AddDeployment(Deployment deployment, CancellationToken cancellationToken);

    Task<Deployment?> FindDeployment(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Deployments of one service (null: of all) without an end, oldest first.</summary>
    Task<IReadOnlyList<Deployment>> OpenDeployments(Guid? service, CancellationToken cancellationToken);

    Task<Page<Deployment>> Deployments(DeploymentFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>
    /// For who begins to work on a deployment or goes on with it: answers it, counted once more; null when it has ended. From then on whoever
    /// did so before has lost it.
    /// </summary>
    Task<Deployment?> TakeUp(Guid deployment, CancellationToken cancellationToken);

    /// <summary>
    /// For who stops to work on a deployment that has not ended. A process that wrote that one is in progress, and is gone without this, has lost it: who takes
    /// it up next, in another process, finds that counted (<see cref="Deployment.Lost"/>).
    /// </summary>
    Task HandOver(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// Writes state, image, digest, commit and its repository, step, result, start, switch, end and failures of a deployment, and whether it was
    /// rolled back, unless it has ended already or somebody else has taken it up meanwhile; says whether it was written.
    /// </summary>
    Task<bool> UpdateDeployment(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>Remembers who wants a deployment to be canceled, the first one; false when it has ended.</summary>
    Task<bool> AskCancel(Guid deployment, string by, CancellationToken cancellationToken);

    /// <summary>Adds lines to a deployment's log; a text with line ends becomes several lines.</summary>
    Task Log(Guid deployment, IReadOnlyList<string> lines, CancellationToken cancellationToken);

    /// <summary>Lines after the given number, oldest first.</summary>
    Task<IReadOnlyList<LogLine>> ReadLog(Guid deployment, long after, int limit, CancellationToken cancellationToken);

    // Organizations: hooks, registries, git hosts, settings. Secrets are encrypted before they touch the disk.

    Task AddHook(Hook hook, CancellationToken cancellationToken);

    /// <summary>The hook with this key, or null. The key itself is not searched for, only its hash.</summary>
    Task<Hook?> FindHook(string key, CancellationToken cancellationToken);

    /// <summary>The hook with this uuid, or null.</summary>
    Task<Hook?> FindHook(Guid uuid, CancellationToken cancellationToken);

    Task<Page<Hook>> Hooks(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>Forgets the hook and its deliveries.</summary>
    Task<bool> RemoveHook(Guid uuid, CancellationToken cancellationToken);

    // Deliveries: the newest of each hook. Headers and bodies are encrypted before they touch the disk.

    /// <summary>So many deliveries of a hook are on record; a newer one takes the oldest one's place.</summary>
    const int DeliveriesKept = 200;

    /// <summary>Records a delivery; nothing when its hook is not there any more.</summary>
    Task AddDelivery(Delivery delivery, DeliveryContent content, CancellationToken cancellationToken);

    /// <summary>
    /// Records pushes as <see cref="Record(IReadOnlyList{Push}, CancellationToken)"/> does, and in the same step the delivery that they came in.
    /// </summary>
    /// <param name="pushes">One or more.</param>
    /// <param name="delivery">Its outcome does not count.</param>
    /// <param name="content">What was delivered.</param>
    /// <param name="outcome">What becomes of the delivery; may be asked more than once.</param>
    /// <param name="cancellationToken">Until it is begun.</param>
    Task<IReadOnlyList<RecordedPush>> Record(
        IReadOnlyList<Push> pushes,
        Delivery delivery,
        DeliveryContent content,
        Func<IReadOnlyList<RecordedPush>, DeliveryOutcome> outcome,
        CancellationToken cancellationToken);

    /// <summary>The deliveries of a hook, in the reverse of the order in which they were recorded.</summary>
    Task<Page<Delivery>> Deliveries(Guid hook, int limit, int offset, CancellationToken cancellationToken);

    Task<KeptDelivery?> FindDelivery(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Forgets headers and bodies of the deliveries received before. Works in small steps.</summary>
    Task TrimDeliveries(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Adds a registry, or changes the one with this uuid; false when another of the organization has the host with the same path.</summary>
    Task<bool> PutRegistry(Registry registry, CancellationToken cancellationToken);

    Task<Registry?> FindRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>The one for the image: of those for its host the one with the longest beginning of its path.</summary>
    Task<Registry?> FindRegistry(string organization, ImageName image, CancellationToken cancellationToken);

    Task<Page<Registry>> Registries(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a git host's credentials, or changes those with this uuid; false when others of the organization have the host with the same path. With commit
    /// statuses it is a consumer of the event log, told of what happens from then on; changed, it is tried again at once.
    /// </summary>
    Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken);

    Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken);

    Task<Page<GitHost>> GitHosts(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>The uuids of all git hosts with commit statuses.</summary>
    Task<IReadOnlyList<Guid>> StatusGitHosts(CancellationToken cancellationToken);

    Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Adds another name of a host, unless the name is an alias already or would become an alias of itself.</summary>
    Task<AliasOutcome> AddHostAlias(HostAlias alias, CancellationToken cancellationToken);

    Task<HostAlias?> FindHostAlias(Guid uuid, CancellationToken cancellationToken);

    Task<Page<HostAlias>> HostAliases(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveHostAlias(Guid uuid, CancellationToken cancellationToken);

    Task<string?> GetSetting(string name, CancellationToken cancellationToken);

    /// <summary>Sets it only if it has no value yet; answers the value that holds.</summary>
    Task<string> InitSetting(string name, string value, CancellationToken cancellationToken);

    // Housekeeping

    /// <summary>
    /// Removes settled pushes with their verdicts received before <paramref name="before"/>, unless somebody holds them, logs of deployments ended before it, of each
    /// service all ended deployments but the newest <paramref name="deploymentsPerService"/>. Works in small steps.
    /// </summary>
    Task Trim(DateTimeOffset before, int deploymentsPerService, CancellationToken cancellationToken);
}

/// <param name="Push">As it is on record.</param>
/// <param name="New">This call recorded it; false for a repeat.</param>
public sealed record RecordedPush(Push Push, bool New);

/// <param name="Reached">The last subscriber that the fan-out is known to have served.</param>
public sealed record OpenPush(Push Push, Guid? Reached);

/// <param name="Seconds">Between two looks.</param>
public sealed record SourcePoll(string Source, int Seconds);

/// <param name="Listed">All tags that there were have been seen, so that another one is new.</param>
/// <param name="Tags">What each meant; null where only its name was seen.</param>
public sealed record SeenTags(bool Listed, IReadOnlyDictionary<string, string?> Tags);

/// <summary>What a look at a source's tags has found that differs from what was seen before.</summary>
/// <param name="Listed">Whether all tags that there are have been seen now; null: as before.</param>
/// <param name="Seen">Tags that are no news, with what they mean; null where only the name was seen.</param>
/// <param name="Gone">Tags that are to be forgotten.</param>
/// <param name="Pushes">What is news.</param>
public sealed record TagLook(
    string Organization, string Source, bool? Listed, IReadOnlyDictionary<string, string?> Seen, IReadOnlyList<string> Gone, IReadOnlyList<Push> Pushes);

public sealed record Page<T>(int Total, IReadOnlyList<T> Items);

public sealed record ServiceRow(Guid Uuid, string Organization, string Name, ServiceStatus State, DateTimeOffset Created)
{
    /// <summary>The name of the engine that it is on.</summary>
    public string Engine { get; init; } = EngineNames.Local;
}

/// <summary>What is null does not filter.</summary>
public sealed record ServiceFilter
{
    public string? Organization { get; init; }

    public string? Name { get; init; }

    public Guid? Uuid { get; init; }

    /// <summary>Lower-case.</summary>
    public string? UuidStartsWith { get; init; }

    public ServiceStatus? State { get; init; }

    public string? Engine { get; init; }
}

/// <summary>What is null does not filter.</summary>
public sealed record DeploymentFilter
{
    public Guid? Uuid { get; init; }

    public string? UuidStartsWith { get; init; }

    public DeploymentState? State { get; init; }

    public Guid? Service { get; init; }

    public string? Digest { get; init; }

    public DateTimeOffset? StartedFrom { get; init; }

    public DateTimeOffset? StartedTo { get; init; }

    public DateTimeOffset? EndedFrom { get; init; }

    public DateTimeOffset? EndedTo { get; init; }
}

/// <param name="Push">Null when the push has been trimmed away.</param>
/// <param name="Outcome">Of the deployment that it led to; null when there is none, or none any more.</param>
public sealed record VerdictWithPush(Verdict Verdict, Push? Push, VerdictOutcome? Outcome = null);

/// <summary>What has come of a deployment so far.</summary>
/// <param name="Result">How it ended, in a sentence; empty until then.</param>
public sealed record VerdictOutcome(DeploymentState State, string Result);

public enum AliasOutcome
{
    Added,

    /// <summary>The organization has the alias already.</summary>
    Known,

    /// <summary>The host is the alias, or leads to it.</summary>
    Circular,
}

/// <param name="Content">Null when it has been trimmed away.</param>
public sealed record KeptDelivery(Delivery Delivery, DeliveryContent? Content);

/// <summary>The ledger cannot be used, or refused; the message is one sentence for a person and holds no secret.</summary>
[GenerateSerializer, Alias("AutoDeploy.LedgerException")]
public sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Its place is full, locked or out of order: the same may do later.</summary>
    [Id(0)] public bool IsUnavailable { get; init; }
}
