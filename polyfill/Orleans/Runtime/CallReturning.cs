namespace Orleans.Runtime;

/// <summary>A call of a method that returns <see cref="Task"/>.</summary>
internal class CallReturningTask : Call
{
    // Whoever awaits the answer goes on elsewhere, never inside of the grain's turn.
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override object Answer => _answer.Task;

    public override bool IsAnswered => _answer.Task.IsCompleted;

    protected override Task ToTask(object returned) => (Task)returned;

    protected override void TryAnswer(Task task) => _answer.TrySetFromTask(task);

    protected override void TryFail(Exception exception) => _answer.TrySetException(exception);

    protected override void TryCancel(CancellationToken token) => _answer.TrySetCanceled(token);
}

/// <summary>A call of a method that returns <see cref="Task{T}"/>.</summary>
internal class CallReturningTask<T> : Call
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override object Answer => _answer.Task;

    public override bool IsAnswered => _answer.Task.IsCompleted;

    protected override Task ToTask(object returned) => (Task<T>)returned;

    protected override void TryAnswer(Task task) => _answer.TrySetFromTask((Task<T>)task);

    protected override void TryFail(Exception exception) => _answer.TrySetException(exception);

    protected override void TryCancel(CancellationToken token) => _answer.TrySetCanceled(token);
}

/// <summary>A call of a method that returns <see cref="ValueTask"/>.</summary>
internal sealed class CallReturningValueTask : CallReturningTask
{
    public override object Answer => new ValueTask((Task)base.Answer);

    protected override Task ToTask(object returned) => ((ValueTask)returned).AsTask();
}

/// <summary>A call of a method that returns <see cref="ValueTask{T}"/>.</summary>
internal sealed class CallReturningValueTask<T> : CallReturningTask<T>
{
    public override object Answer => new ValueTask<T>((Task<T>)base.Answer);

    protected override Task ToTask(object returned) => ((ValueTask<T>)returned).AsTask();
}
