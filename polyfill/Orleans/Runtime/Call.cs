namespace Orleans.Runtime;

/// <summary>A message to a grain and the promise of its answer.</summary>
internal abstract class Call : WorkItem
{
    private object?[]? _arguments;
    private CancellationTokenRegistration _cancellation;

    public GrainReference Target { get; private set; } = null!;

    public GrainMethod Method { get; private set; } = null!;

    public long SentAt { get; private set; }

    /// <summary>How often it came to an activation that ended before it was ever active.</summary>
    public int TimesTurnedAway { get; set; }

    public override bool IsReadOnly => Method.IsReadOnly;

    public override bool KeepsAlive => true;

    /// <summary>What the caller gets, of the method's return type.</summary>
    public abstract object Answer { get; }

    public abstract bool IsAnswered { get; }

    public object Send(GrainReference target, GrainMethod method, object?[]? arguments)
    {
        var silo = target.Class.Silo;
        Target = target;
        Method = method;
        Interleaves = method.AlwaysInterleaves;
        SentAt = silo.Time.GetTimestamp();
        _arguments = arguments;
        if (method.IsOneWay)
            TryAnswer(Task.CompletedTask);
        else if (method.CancellationIn(arguments) is { CanBeCanceled: true } token)
            _cancellation = token.UnsafeRegister(static (call, token) => ((Call)call!).TryCancel(token), this);
        // It is answered already if it was cancelled before it was sent.
        if (method.IsOneWay || !IsAnswered)
            silo.Deliver(this);
        return Answer;
    }

    public override void Start(Activation activation)
    {
        if (IsAnswered && !Method.IsOneWay)
        {
            // The caller has given up while this waited; Orleans drops such a message too.
            activation.Ended(this);
            return;
        }

        Task task;
        try
        {
            task = ToTask(Method.Invoke(activation.GrainInstance!, _arguments)
                ?? throw new InvalidOperationException($"{Method} returned null instead of a task."));
        }
        catch (Exception exception)
        {
            activation.EndIfInconsistent(exception);
            activation.Ended(this);
            Fail(exception);
            return;
        }

        if (task.IsCompleted)
            Finish(activation, task);
        else
            _ = FinishLater(activation, task);
    }

    /// <summary>Answers with the exception, unless there is an answer already.</summary>
    public void Fail(Exception exception)
    {
        _cancellation.Unregister();
        if (Method.IsOneWay)
            Target.Class.Silo.LogOneWayFailed(exception, this);
        else
            TryFail(exception);
    }

    public override string ToString() => $"{Method} of {Target}";

    protected abstract Task ToTask(object returned);

    protected abstract void TryAnswer(Task task);

    protected abstract void TryFail(Exception exception);

    protected abstract void TryCancel(CancellationToken token);

    private async Task FinishLater(Activation activation, Task task)
    {
        // Continues on the activation's scheduler: the end of a turn is part of it.
        await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        Finish(activation, task);
    }

    private void Finish(Activation activation, Task task)
    {
        var exception = task.Exception?.InnerException;
        if (exception is not null)
            activation.EndIfInconsistent(exception);
        // First the end of the turn, then the answer: whoever has it finds the activation at rest.
        activation.Ended(this);
        _cancellation.Unregister();
        if (!Method.IsOneWay)
            TryAnswer(task);
        else if (exception is not null)
            Fail(exception);
    }
}
