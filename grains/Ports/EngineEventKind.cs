namespace AutoDeploy.Ports;

public enum EngineEventKind
{
    Connected,
    Started,
    Exited,

    /// <summary>Somebody asked for it to be stopped, killed or removed; an <see cref="Exited"/> follows if it ran.</summary>
    StopRequested,
    Removed,
    Health,
    Other,
}
