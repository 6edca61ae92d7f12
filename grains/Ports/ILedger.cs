using AutoDeploy.Deployments;
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
    /// <summary>
    /// Creates what is missing of the database and brings an older one up to date; throws with a sentence when it cannot be used.
    /// </summary>
    Task Open(CancellationToken cancellationToken);

    /// <summary>A cheap question to the database; throws when it does not answer.</summary>
    Task Ping(CancellationToken cancellationToken);

    // Pushes

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
    /// Remembers how far the fan-out of a push came: every subscriber up to this one, in the order of <see cref="ListSubscribers"/>.
    /// </summary>
    Task Advance(Guid pushId, Guid reached, CancellationToken cancellationToken);

    /// <summary>These pushes have all their verdicts.</summary>
    Task Complete(IReadOnlyList<Guid> pushIds, CancellationToken cancellationToken);

    // Services: an index of what the service grains hold, and their subscriptions

    /// <summary>
    /// Appends a service's events to the event log, each once however often it is handed over, and brings the index of services, the
    /// subscriptions and the polls to what the service has, all in one step. False, and nothing is written, when the service is new and
    /// another
    /// service of the organization that is not terminated has its name.
    /// </summary>
    Task<bool> HandOver(ServiceHandover handover, CancellationToken cancellationToken);

    /// <summary>The number of the last event that a service has handed over; 0: none.</summary>
    Task<long> HandedOver(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Services whose stored state has events that were not handed over.</summary>
    Task<IReadOnlyList<Guid>> ServicesToHandOver(CancellationToken cancellationToken);

    /// <summary>Forgets the service, its subscriptions, verdicts, deployments and logs.</summary>
    Task RemoveService(Guid serviceId, CancellationToken cancellationToken);

    Task<ServiceRow?> FindServiceByName(string organization, string name, CancellationToken cancellationToken);

    /// <summary>Services in the order in which they were created.</summary>
    Task<Page<ServiceRow>> ListServices(ServiceFilter filter, int limit, int offset, CancellationToken cancellationToken);

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

    /// <summary>Services that subscribe to a source, ordered by uuid's text, after the given one.</summary>
    Task<IReadOnlyList<Guid>> ListSubscribers(string source, Guid? after, int limit, CancellationToken cancellationToken);

    // Triggers

    Task AddTrigger(Trigger trigger, CancellationToken cancellationToken);

    /// <summary>The trigger of this service with this uuid, or null. The uuid itself is not searched for, only its hash.</summary>
    Task<Trigger?> FindTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken);

    Task<Page<Trigger>> ListTriggers(Guid serviceId, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken);

    // Verdicts

    /// <summary>
    /// Records a verdict and, for a deploy, its deployment, and cancels the one whose place it takes, all in one step. False, and
    /// nothing is recorded, when the service has a verdict for that push already. What the service held before is superseded by what is
    /// deployed or held.
    /// </summary>
    Task<bool> Decide(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken);

    /// <summary>
    /// What becomes of a held push: writes kind, reason, detail, deployment, time and approval of its verdict, with its deployment as
    /// <see cref="Decide"/> does, all in one step. False, and nothing is written, when it is not held any more.
    /// </summary>
    Task<bool> ReplaceDecision(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken);

    /// <summary>Whatever the service holds is superseded.</summary>
    Task DropHeld(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Services that hold a push: all, or those that hold one until <paramref name="due"/> or an earlier time.</summary>
    Task<IReadOnlyList<Guid>> ListHeldServices(DateTimeOffset? due, CancellationToken cancellationToken);

    Task<Verdict?> FindVerdict(Guid pushId, Guid serviceId, CancellationToken cancellationToken);

    /// <summary>The verdicts on a push that led to deployments.</summary>
    Task<IReadOnlyList<Verdict>> ListDeployingVerdicts(Guid pushId, CancellationToken cancellationToken);

    /// <summary>The verdict with this uuid, if it is one of the service.</summary>
    Task<VerdictWithPush?> FindVerdictOfService(Guid serviceId, Guid uuid, CancellationToken cancellationToken);

    Task<Page<VerdictWithPush>> ListVerdicts(Guid serviceId, int limit, int offset, CancellationToken cancellationToken);

    // Deployments and their logs

    Task AddDeployment(Deployment deployment, CancellationToken cancellationToken);

    Task<Deployment?> FindDeployment(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Deployments of one service (null: of all) without an end, oldest first.</summary>
    Task<IReadOnlyList<Deployment>> ListOpenDeployments(Guid? serviceId, CancellationToken cancellationToken);

    Task<Page<Deployment>> ListDeployments(DeploymentFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>
    /// For who begins to work on a deployment or goes on with it: answers it, counted once more; null when it has ended. From then on
    /// whoever
    /// did so before has lost it.
    /// </summary>
    Task<Deployment?> Acquire(Guid deploymentId, CancellationToken cancellationToken);

    /// <summary>
    /// For who stops to work on a deployment that has not ended. A process that wrote that one is in progress, and is gone without this,
    /// has lost it: who takes
    /// it up next, in another process, finds that counted (<see cref="Deployment.Lost"/>).
    /// </summary>
    Task HandOver(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// Writes state, image, digest, commit and its repository, step, result, start, switch, end and failures of a deployment, and whether
    /// it was
    /// rolled back, unless it has ended already or somebody else has taken it up meanwhile; says whether it was written.
    /// </summary>
    Task<bool> UpdateDeployment(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>Remembers who wants a deployment to be canceled, the first one; false when it has ended.</summary>
    Task<bool> RequestCancel(Guid deploymentId, string by, CancellationToken cancellationToken);

    /// <summary>Adds lines to a deployment's log; a text with line ends becomes several lines.</summary>
    Task AppendLog(Guid deploymentId, IReadOnlyList<string> lines, CancellationToken cancellationToken);

    /// <summary>Lines after the given number, oldest first.</summary>
    Task<IReadOnlyList<LogLine>> ReadLog(Guid deploymentId, long after, int limit, CancellationToken cancellationToken);

    // Organizations: hooks, registries, git hosts, settings. Secrets are encrypted before they touch the disk.

    Task AddHook(Hook hook, CancellationToken cancellationToken);

    /// <summary>The hook with this key, or null. The key itself is not searched for, only its hash.</summary>
    Task<Hook?> FindHook(string key, CancellationToken cancellationToken);

    /// <summary>The hook with this uuid, or null.</summary>
    Task<Hook?> FindHook(Guid uuid, CancellationToken cancellationToken);

    Task<Page<Hook>> ListHooks(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>Forgets the hook and its deliveries.</summary>
    Task<bool> RemoveHook(Guid uuid, CancellationToken cancellationToken);

    // Deliveries: the newest of each hook. Headers and bodies are encrypted before they touch the disk.

    /// <summary>So many deliveries of a hook are on record; a newer one takes the oldest one's place.</summary>
    const int MaxDeliveriesPerHook = 200;

    /// <summary>Records a delivery; nothing when its hook is not there any more.</summary>
    Task AddDelivery(Delivery delivery, DeliveryContent content, CancellationToken cancellationToken);

    /// <summary>
    /// Records pushes as <see cref="RecordPushes(IReadOnlyList{Push}, CancellationToken)"/> does, and in the same step the delivery that
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

    /// <summary>
    /// Adds a registry, or changes the one with this uuid; false when another of the organization has the host with the same path.
    /// </summary>
    Task<bool> PutRegistry(RegistryAccount registryAccount, CancellationToken cancellationToken);

    Task<RegistryAccount?> FindRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>The one for the image: of those for its host the one with the longest beginning of its path.</summary>
    Task<RegistryAccount?> FindRegistry(string organization, ImageName image, CancellationToken cancellationToken);

    Task<Page<RegistryAccount>> ListRegistries(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a git host's credentials, or changes those with this uuid; false when others of the organization have the host with the same
    /// path. With commit
    /// statuses it is a consumer of the event log, told of what happens from then on; changed, it is tried again at once.
    /// </summary>
    Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken);

    Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken);

    Task<Page<GitHost>> ListGitHosts(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>The uuids of all git hosts with commit statuses.</summary>
    Task<IReadOnlyList<Guid>> ListStatusGitHosts(CancellationToken cancellationToken);

    Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Adds another name of a host, unless the name is an alias already or would become an alias of itself.</summary>
    Task<AddAliasResult> AddHostAlias(HostAlias alias, CancellationToken cancellationToken);

    Task<HostAlias?> FindHostAlias(Guid uuid, CancellationToken cancellationToken);

    Task<Page<HostAlias>> ListHostAliases(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveHostAlias(Guid uuid, CancellationToken cancellationToken);

    Task<string?> GetSetting(string name, CancellationToken cancellationToken);

    /// <summary>Sets it only if it has no value yet; answers the value that holds.</summary>
    Task<string> InitSetting(string name, string value, CancellationToken cancellationToken);

    // Housekeeping

    /// <summary>
    /// Removes settled pushes with their verdicts received before <paramref name="before"/>, unless somebody holds them, logs of
    /// deployments ended before it, of each
    /// service all ended deployments but the newest <paramref name="deploymentsPerService"/>. Works in small steps.
    /// </summary>
    Task Trim(DateTimeOffset before, int deploymentsPerService, CancellationToken cancellationToken);
}
