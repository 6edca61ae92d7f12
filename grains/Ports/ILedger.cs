namespace AutoDeploy.Ports;

/// <summary>
/// The durable record of pushes, verdicts, deployments and logs, and who subscribes to what: all stores in one. Who needs a few of them
/// takes those. What a method wrote is on disk when its task ends.
/// </summary>
public interface ILedger
    : ILedgerDatabase,
        IPushStore,
        IServiceStore,
        IPollStore,
        ITriggerStore,
        IVerdictStore,
        IDeploymentStore,
        IHookStore,
        IDeliveryStore,
        ICredentialStore,
        IHostAliasStore,
        ISettingsStore,
        IRetentionStore,
        IEventLog,
        INotificationLedger,
        IEngineLedger,
        IContainerLedger,
        IBuildLedger,
        IVolumeLedger;
