using System.Collections.Concurrent;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Volumes;

namespace AutoDeploy.Testing;

/// <summary>
/// A ledger in memory, as far as grains use it. It keeps what the contract tests of the real ones promise, without files, locks and time.
/// </summary>
public sealed class MemoryLedger
{
    private readonly Lock _lock = new();
    private readonly List<OpenPush> _pushes = [];
    private readonly HashSet<Guid> _completePushIds = [];
    private readonly Dictionary<Guid, ServiceHandover> _services = [];
    private readonly Dictionary<(Guid PushId, Guid ServiceId), Verdict> _verdicts = [];
    private readonly Dictionary<Guid, Deployment> _deployments = [];
    private readonly Dictionary<Guid, List<string>> _logs = [];
    private readonly List<LedgerEvent> _events = [];
    private readonly Dictionary<Guid, EventCursor> _cursors = [];
    private readonly Dictionary<Guid, VolumeRecord> _volumes = [];
    private readonly Dictionary<(string Organization, string Source), KnownTags> _tags = [];
    private readonly Dictionary<string, string> _builds = [];

    public ConcurrentDictionary<Guid, Notification> Notifications { get; } = [];

    public ConcurrentDictionary<Guid, GitHost> GitHosts { get; } = [];

    public ConcurrentDictionary<Guid, RegistryAccount> Registries { get; } = [];

    /// <summary>The engines that somebody reaches.</summary>
    public ConcurrentQueue<string> Engines { get; } = [];

    /// <summary>How calls of a method fail, by the method's name; null: this call does not.</summary>
    public ConcurrentDictionary<string, Func<object?[], Exception?>> Failures { get; } = [];

    public ILedger Create() => Fake.Create<ILedger>(Answer);

    public IReadOnlyList<LedgerEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public Deployment? Find(Guid deploymentId)
    {
        lock (_lock)
            return _deployments.GetValueOrDefault(deploymentId);
    }

    public Verdict? Find(Guid pushId, Guid serviceId)
    {
        lock (_lock)
            return _verdicts.GetValueOrDefault((pushId, serviceId));
    }

    public IReadOnlyList<Deployment> ListDeployments(Guid serviceId)
    {
        lock (_lock)
            return [.. _deployments.Values.Where(deployment => deployment.ServiceId == serviceId).OrderBy(d => d.Created)];
    }

    public IReadOnlyList<string> ReadLog(Guid deploymentId)
    {
        lock (_lock)
            return [.. _logs.GetValueOrDefault(deploymentId) ?? []];
    }

    public bool IsComplete(Guid pushId)
    {
        lock (_lock)
            return _completePushIds.Contains(pushId);
    }

    public void Add(params IEnumerable<Push> pushes)
    {
        lock (_lock)
            _pushes.AddRange(pushes.Select(push => new OpenPush(push, null)));
    }

    /// <summary>Pushes of one source, also those that are complete.</summary>
    public IReadOnlyList<Push> ListPushes(string source)
    {
        lock (_lock)
            return [.. _pushes.Select(open => open.Push).Where(push => push.Source == source)];
    }

    public void Put(Verdict verdict)
    {
        lock (_lock)
            _verdicts[(verdict.PushId, verdict.ServiceId)] = verdict;
    }

    public void Put(Deployment deployment)
    {
        lock (_lock)
            _deployments[deployment.Uuid] = deployment;
    }

    public void Put(VolumeRecord volume)
    {
        lock (_lock)
            _volumes[volume.Uuid] = volume;
    }

    public VolumeRecord? FindVolume(Guid uuid)
    {
        lock (_lock)
            return _volumes.GetValueOrDefault(uuid);
    }

    public EventCursor? FindCursor(Guid consumerId)
    {
        lock (_lock)
            return _cursors.GetValueOrDefault(consumerId);
    }

    public void Put(EventCursor cursor)
    {
        lock (_lock)
            _cursors[cursor.ConsumerId] = cursor;
    }

    /// <summary>Appends an event; its number is the next.</summary>
    public LedgerEvent Append(LedgerEvent ledgerEvent)
    {
        lock (_lock)
        {
            ledgerEvent = ledgerEvent with { Number = _events.Count + 1 };
            _events.Add(ledgerEvent);
            return ledgerEvent;
        }
    }

    public ServiceRow? FindService(Guid serviceId)
    {
        lock (_lock)
            return _services.GetValueOrDefault(serviceId)?.Row;
    }

    private object? Answer(string method, object?[] arguments)
    {
        if (Failures.TryGetValue(method, out var fails) && fails(arguments) is { } failure)
            throw failure;
        lock (_lock)
            return method switch
            {
                nameof(ILedger.RecordPushes) => Task.FromResult(RecordPushes((IReadOnlyList<Push>)arguments[0]!)),
                nameof(ILedger.FindPush) => Task.FromResult(_pushes.Find(open => open.Push.Uuid == (Guid)arguments[0]!)?.Push),
                nameof(ILedger.IsMissingVerdicts) => Task.FromResult(
                    _pushes.Exists(open => open.Push.Uuid == (Guid)arguments[0]!) && !_completePushIds.Contains((Guid)arguments[0]!)
                ),
                nameof(ILedger.ListOpenPushes) => Task.FromResult<IReadOnlyList<OpenPush>>([
                    .. _pushes
                        .Where(open => open.Push.Source == (string)arguments[0]! && !_completePushIds.Contains(open.Push.Uuid))
                        .Take((int)arguments[1]!),
                ]),
                nameof(ILedger.Advance) => Advance((Guid)arguments[0]!, (Guid)arguments[1]!),
                nameof(ILedger.Complete) => Do(() => _completePushIds.UnionWith((IReadOnlyList<Guid>)arguments[0]!)),

                nameof(ILedger.HandOver) => arguments[0] is ServiceHandover handover
                    ? Task.FromResult(HandOver(handover))
                    : Task.CompletedTask,
                nameof(ILedger.HandedOver) => Task.FromResult(_services.GetValueOrDefault((Guid)arguments[0]!)?.LastEvent ?? 0),
                nameof(ILedger.RemoveService) => Do(() => _services.Remove((Guid)arguments[0]!)),
                nameof(ILedger.ListServices) => Task.FromResult(
                    ListServices((ServiceFilter)arguments[0]!, (int)arguments[1]!, (int)arguments[2]!)
                ),
                nameof(ILedger.ListSubscribers) => Task.FromResult<IReadOnlyList<Guid>>([
                    .. _services
                        .Values.Where(service => service.Sources.Contains((string)arguments[0]!))
                        .Select(service => service.Service.Uuid)
                        .Order()
                        .Where(serviceId => arguments[1] is not Guid after || serviceId > after)
                        .Take((int)arguments[2]!),
                ]),
                nameof(ILedger.ListPollingServices) => Task.FromResult<IReadOnlyList<Guid>>([
                    .. _services
                        .Values.Where(service => service.PollSeconds > 0 && service.Sources.Contains((string)arguments[0]!))
                        .Select(service => service.Service.Uuid),
                ]),
                nameof(ILedger.ReadKnownTags) => Task.FromResult(
                    _tags.GetValueOrDefault(((string)arguments[0]!, (string)arguments[1]!))
                        ?? new KnownTags(false, new Dictionary<string, string?>())
                ),
                nameof(ILedger.RecordTagPoll) => Do(() => Record((TagPollResult)arguments[0]!)),

                nameof(ILedger.Decide) => Task.FromResult(
                    !_verdicts.ContainsKey(GetKey((Verdict)arguments[0]!))
                        && Decide((Verdict)arguments[0]!, (Deployment?)arguments[1], (Guid?)arguments[2])
                ),
                nameof(ILedger.ReplaceDecision) => Task.FromResult(
                    _verdicts.GetValueOrDefault(GetKey((Verdict)arguments[0]!)) is { Kind: VerdictKind.Held }
                        && Decide((Verdict)arguments[0]!, (Deployment?)arguments[1], (Guid?)arguments[2])
                ),
                nameof(ILedger.DropHeld) => Do(() => DropHeld((Guid)arguments[0]!)),
                nameof(ILedger.ListHeldServices) => Task.FromResult<IReadOnlyList<Guid>>([
                    .. _verdicts.Values.Where(verdict => verdict.Kind == VerdictKind.Held).Select(verdict => verdict.ServiceId),
                ]),
                nameof(ILedger.FindVerdict) => Task.FromResult(_verdicts.GetValueOrDefault(((Guid)arguments[0]!, (Guid)arguments[1]!))),
                nameof(ILedger.ListDeployingVerdicts) => Task.FromResult<IReadOnlyList<Verdict>>([
                    .. _verdicts.Values.Where(verdict => verdict.PushId == (Guid)arguments[0]! && verdict.DeploymentId is not null),
                ]),

                nameof(ILedger.AddDeployment) => Do(() => Add((Deployment)arguments[0]!)),
                nameof(ILedger.FindDeployment) => Task.FromResult(_deployments.GetValueOrDefault((Guid)arguments[0]!)),
                nameof(ILedger.ListOpenDeployments) => Task.FromResult<IReadOnlyList<Deployment>>([
                    .. _deployments
                        .Values.Where(deployment =>
                            !deployment.HasEnded && (arguments[0] is not Guid serviceId || deployment.ServiceId == serviceId)
                        )
                        .OrderBy(deployment => deployment.Created),
                ]),
                nameof(ILedger.Acquire) => Task.FromResult(Acquire((Guid)arguments[0]!)),
                nameof(ILedger.UpdateDeployment) => Task.FromResult(Update((Deployment)arguments[0]!)),
                nameof(ILedger.RequestCancel) => Task.FromResult(RequestCancel((Guid)arguments[0]!, (string)arguments[1]!)),
                nameof(ILedger.AppendLog) => Do(() =>
                    (_logs.TryGetValue((Guid)arguments[0]!, out var log) ? log : _logs[(Guid)arguments[0]!] = []).AddRange(
                        (IReadOnlyList<string>)arguments[1]!
                    )
                ),

                nameof(ILedger.FindRegistry) => Task.FromResult(
                    Registries.Values.FirstOrDefault(registry =>
                        registry.Organization == (string)arguments[0]! && ((ImageName)arguments[1]!).Repository.StartsWith(registry.Host)
                    )
                ),
                nameof(ILedger.ListRegistries) => Task.FromResult(PageOf(Registries.Values.ToList())),
                nameof(ILedger.FindGitHost) => Task.FromResult(GitHosts.GetValueOrDefault((Guid)arguments[0]!)),
                nameof(ILedger.ListGitHosts) => Task.FromResult(
                    PageOf(GitHosts.Values.Where(host => host.Organization == (string)arguments[0]!).ToList())
                ),
                nameof(ILedger.FindNotification) => Task.FromResult(Notifications.GetValueOrDefault((Guid)arguments[0]!)),

                nameof(ILedger.ListEvents) => Task.FromResult(ListEvents((string)arguments[0]!, (long)arguments[1]!, (int)arguments[2]!)),
                nameof(ILedger.FindCursor) => Task.FromResult(_cursors.GetValueOrDefault((Guid)arguments[0]!)),
                nameof(ILedger.MoveCursor) => Do(() => _cursors[((EventCursor)arguments[0]!).ConsumerId] = (EventCursor)arguments[0]!),

                nameof(ILedger.ListEngines) => Task.FromResult<IReadOnlyList<string>>([.. Engines]),
                nameof(ILedger.ForgetContainersExcept) or nameof(ILedger.ForgetBuild) => Task.CompletedTask,
                nameof(ILedger.FindBuild) => Task.FromResult(_builds.GetValueOrDefault((string)arguments[1]!)),
                nameof(ILedger.RecordBuild) => Do(() => _builds[(string)arguments[1]!] = (string)arguments[2]!),

                nameof(ILedger.AddVolumes) => Do(() =>
                {
                    foreach (var volume in (IReadOnlyList<VolumeRecord>)arguments[0]!)
                        _volumes.TryAdd(volume.Uuid, volume);
                }),
                nameof(ILedger.ListVolumesOfService) => Task.FromResult<IReadOnlyList<VolumeRecord>>([
                    .. _volumes.Values.Where(volume => volume.ServiceId == (Guid)arguments[0]! && !volume.IsBeingRemoved),
                ]),
                nameof(ILedger.FindVolume) => Task.FromResult(
                    arguments[0] is Guid volumeId
                        ? _volumes.GetValueOrDefault(volumeId)
                        : _volumes.Values.FirstOrDefault(volume =>
                            volume.Engine == (string)arguments[0]! && volume.Name == (string)arguments[1]!
                        )
                ),
                nameof(ILedger.AttachVolume) => Task.FromResult(
                    Attach((Guid)arguments[0]!, (Guid)arguments[1]!, (string)arguments[2]!, (string)arguments[3]!)
                ),
                nameof(ILedger.KeepVolumes) => Change(
                    volume => volume.ServiceId == (Guid)arguments[0]!,
                    volume => volume with { Released = null, RemoveAt = null }
                ),
                nameof(ILedger.ReleaseVolumes) => Change(
                    volume => volume.ServiceId == (Guid)arguments[0]!,
                    volume => volume with { Released = (DateTimeOffset)arguments[1]!, RemoveAt = (DateTimeOffset)arguments[2]! }
                ),
                nameof(ILedger.MarkForRemoval) => Change(
                    volume => ((IReadOnlyCollection<Guid>)arguments[0]!).Contains(volume.Uuid),
                    volume => volume with { IsBeingRemoved = true }
                ),
                nameof(ILedger.RemoveVolumeRecord) => Do(() => _volumes.Remove((Guid)arguments[0]!)),
                _ => null,
            };
    }

    private static Task Do(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private static Page<T> PageOf<T>(IReadOnlyList<T> all) => new(all.Count, all);

    private static (Guid, Guid) GetKey(Verdict verdict) => (verdict.PushId, verdict.ServiceId);

    private IReadOnlyList<RecordedPush> RecordPushes(IReadOnlyList<Push> pushes)
    {
        _pushes.AddRange(pushes.Select(push => new OpenPush(push, null)));
        return [.. pushes.Select(push => new RecordedPush(push, true))];
    }

    private Task Advance(Guid pushId, Guid reachedServiceId)
    {
        var index = _pushes.FindIndex(open => open.Push.Uuid == pushId);
        _pushes[index] = _pushes[index] with { ReachedServiceId = reachedServiceId };
        return Task.CompletedTask;
    }

    /// <summary>False: another service of the organization has the name.</summary>
    private bool HandOver(ServiceHandover handover)
    {
        var service = handover.Service;
        if (
            _services.Values.Any(other =>
                other.Service.Uuid != service.Uuid
                && (other.Service.Organization, other.Service.Name) == (service.Organization, service.Name)
                && other.Service.Status != ServiceStatus.Terminated
            )
        )
            return false;
        _services[service.Uuid] = handover;
        return true;
    }

    private Page<ServiceRow> ListServices(ServiceFilter filter, int limit, int offset)
    {
        var found = _services
            .Values.Select(service => service.Row)
            .Where(row => (filter.Engine ?? row.Engine) == row.Engine && (filter.State ?? row.State) == row.State)
            .OrderBy(row => row.Uuid)
            .ToList();
        return new Page<ServiceRow>(found.Count, [.. found.Skip(offset).Take(limit)]);
    }

    private void Record(TagPollResult poll)
    {
        var known = _tags.GetValueOrDefault((poll.Organization, poll.Source)) ?? new KnownTags(false, new Dictionary<string, string?>());
        var tags = known.Tags.ToDictionary();
        foreach (var (tag, digest) in poll.Seen)
            tags[tag] = digest;
        foreach (var push in poll.Pushes)
            tags[push.Tag] = push.Digest;
        foreach (var gone in poll.Gone)
            tags.Remove(gone);
        _tags[(poll.Organization, poll.Source)] = new KnownTags(poll.Listed ?? known.Listed, tags);
        RecordPushes(poll.Pushes);
    }

    private bool Decide(Verdict verdict, Deployment? deployment, Guid? supersededId)
    {
        _verdicts[GetKey(verdict)] = verdict;
        if (deployment is not null)
            Add(deployment);
        if (supersededId is { } old)
            Update(
                _deployments[old] with
                {
                    State = DeploymentState.Canceled,
                    Result = "Superseded before it began.",
                    Ended = DateTimeOffset.UtcNow,
                }
            );
        return true;
    }

    private void DropHeld(Guid serviceId)
    {
        foreach (var (key, verdict) in _verdicts.Where(known => known.Key.ServiceId == serviceId).ToList())
            if (verdict.Kind == VerdictKind.Held)
                _verdicts[key] = verdict with { Kind = VerdictKind.Skip, Reason = VerdictReasons.Superseded };
    }

    private void Add(Deployment deployment)
    {
        if (_deployments.TryAdd(deployment.Uuid, deployment))
            Append(deployment, EventChange.Create, newState: true);
    }

    private Deployment? Acquire(Guid deploymentId)
    {
        if (_deployments.GetValueOrDefault(deploymentId) is not { HasEnded: false } found)
            return null;
        return _deployments[deploymentId] = found with { LeaseEpoch = found.LeaseEpoch + 1 };
    }

    private bool Update(Deployment deployment)
    {
        if (_deployments.GetValueOrDefault(deployment.Uuid) is not { HasEnded: false } before || before.LeaseEpoch != deployment.LeaseEpoch)
            return false;
        _deployments[deployment.Uuid] = deployment with { CancelRequestedBy = before.CancelRequestedBy };
        Append(deployment, EventChange.Update, before.State != deployment.State);
        return true;
    }

    private bool RequestCancel(Guid deploymentId, string by)
    {
        if (_deployments.GetValueOrDefault(deploymentId) is not { HasEnded: false } found)
            return false;
        _deployments[deploymentId] = found with { CancelRequestedBy = found.CancelRequestedBy ?? by };
        return true;
    }

    private void Append(Deployment deployment, EventChange change, bool newState)
    {
        var service = _services.GetValueOrDefault(deployment.ServiceId)?.Service;
        _events.Add(
            new LedgerEvent
            {
                Number = _events.Count + 1,
                Time = DateTimeOffset.UtcNow,
                Organization = service?.Organization ?? "",
                Kind = EventKind.Deployment,
                Change = change,
                SubjectId = deployment.Uuid,
                ServiceId = deployment.ServiceId,
                ServiceName = service?.Name ?? "",
                NewState = newState,
                Deployment = deployment,
            }
        );
    }

    private EventPage ListEvents(string organization, long after, int limit)
    {
        var found = _events.Where(one => one.Number > after && one.Organization == organization).Take(limit).ToList();
        return new EventPage(found, found.Count == limit ? found[^1].Number : Math.Max(after, _events.Count));
    }

    private bool Attach(Guid volumeId, Guid serviceId, string serviceName, string path)
    {
        if (
            _volumes.GetValueOrDefault(volumeId) is not { IsBeingRemoved: false } volume
            || (volume.ServiceId != serviceId && volume.Released is null)
        )
            return false;
        _volumes[volumeId] = volume with
        {
            ServiceId = serviceId,
            ServiceName = serviceName,
            Path = path,
            Released = null,
            RemoveAt = null,
        };
        return true;
    }

    private Task Change(Func<VolumeRecord, bool> which, Func<VolumeRecord, VolumeRecord> how)
    {
        foreach (var volume in _volumes.Values.Where(which).ToList())
            _volumes[volume.Uuid] = how(volume);
        return Task.CompletedTask;
    }
}
