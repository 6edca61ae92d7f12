namespace AutoDeploy.Ledger.Database;

internal sealed class WorkUnit<T>(Func<Session, T> run, CancellationToken cancellationToken) : WorkUnit
{
    private readonly WorkUnitCompletion<T> _completion = new(cancellationToken);
    private T? _result;

    public Task<T> Task => _completion.Task;

    /// <summary>From now on the token takes it back.</summary>
    public void Listen() => _completion.Listen(this);

    public override void Run(Session session) => _result = run(session);

    public override void Complete() => _completion.SetResult(_result!);

    public override void Fail(Exception exception) => _completion.SetException(exception);

    protected override void SetCanceled() => _completion.SetCanceled();
}
