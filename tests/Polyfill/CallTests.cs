using Orleans;
using Orleans.Concurrency;

namespace AutoDeploy.Polyfill.Tests;

public class CallTests
{
    [Fact]
    public async Task The_caller_never_runs_the_grains_code()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        await grain.ThreadId().WithDeadline();
        var threads = new TaskCompletionSource<(int Caller, Task<int> Grain)>();
        new Thread(() => threads.SetResult((Environment.CurrentManagedThreadId, grain.ThreadId()))).Start();
        var (caller, call) = await threads.Task.WithDeadline();
        Assert.NotEqual(caller, await call.WithDeadline());
    }

    [Fact]
    public async Task The_grain_never_runs_the_callers_code()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        // Inside of the grain's turn this would wait for the turn that it is in.
        var next = grain.ThreadId().ContinueWith(
            _ => grain.ThreadId().Wait(TimeSpan.FromSeconds(30)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Assert.True(await next.WithDeadline());
    }

    [Fact]
    public async Task All_four_return_types_are_answered()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        await grain.ReturnTask();
        await grain.ReturnValueTask();
        Assert.Equal(3, await grain.ReturnTaskOf(3));
        Assert.Equal(4, await grain.ReturnValueTaskOf(4));
        Assert.Equal(["task", "value task", "task of 3", "value task of 4"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Other_return_types_are_refused_with_a_reason()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IUnsupportedGrain>();
        var refusal = Assert.Throws<NotSupportedException>(() => grain.Stream());
        Assert.Contains("IUnsupportedGrain.Stream", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => { _ = grain.Generic(1); });
        Assert.Throws<NotSupportedException>(() => { _ = grain.OneWayWithResult(); });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_comes_to_the_caller_as_it_was_thrown(bool isAsync)
    {
        await using var silo = await TestSilo.Start();
        var exception = new InvalidDataException("bad");
        var call = isAsync ? silo.Grain<ICallGrain>().ThrowLater(exception) : silo.Grain<ICallGrain>().Throw(exception);
        Assert.Same(exception, await Assert.ThrowsAsync<InvalidDataException>(() => call.WithDeadline()));
        Assert.Equal(5, await silo.Grain<ICallGrain>().ReturnTaskOf(5).WithDeadline());
    }

    [Fact]
    public async Task An_exception_passes_through_several_grains()
    {
        await using var silo = await TestSilo.Start();
        var exception = new InvalidDataException("bad");
        var call = silo.Grain<ICallGrain>("a").ThrowIn("b", exception);
        Assert.Same(exception, await Assert.ThrowsAsync<InvalidDataException>(() => call.WithDeadline()));
    }

    [Fact]
    public async Task Nothing_is_copied()
    {
        await using var silo = await TestSilo.Start();
        var message = new object();
        Assert.Same(message, await silo.Grain<ICallGrain>().Echo(message));
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        Assert.True(grain.Tell("told").IsCompletedSuccessfully);
        await silo.Probe["told"].Arrived;
        silo.Probe["told"].Release();
        await grain.ReturnTask().WithDeadline();
        Assert.Equal(["told", "told ends", "task"], silo.Probe.Notes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_exception_of_a_one_way_call_is_logged(bool isAsync)
    {
        await using var silo = await TestSilo.Start();
        var told = isAsync ? silo.Grain<ICallGrain>().TellThrowingLater("lost") : silo.Grain<ICallGrain>().TellThrowing("lost");
        await told.WithDeadline();
        Assert.Contains("lost", await silo.Log.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_a_call_reaches_the_grain_and_frees_the_caller()
    {
        await using var silo = await TestSilo.Start();
        using var cancellation = new CancellationTokenSource();
        var call = silo.Grain<ICallGrain>().WaitForCancellation("waits", cancellation.Token);
        await silo.Probe["waits"].Arrived;
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithDeadline());
        await silo.Probe["cancelled"].Arrived;
    }

    [Fact]
    public async Task A_caller_that_cancels_does_not_wait_for_the_turn()
    {
        await using var silo = await TestSilo.Start();
        using var cancellation = new CancellationTokenSource();
        var call = silo.Grain<ICallGrain>().IgnoreCancellation("deaf", cancellation.Token);
        await silo.Probe["deaf"].Arrived;
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithDeadline());
        silo.Probe["deaf"].Release();
        await silo.Grain<ICallGrain>().ReturnTask().WithDeadline();
        Assert.Equal(["deaf", "deaf ends", "task"], silo.Probe.Notes);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_turn_is_never_run()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        using var cancellation = new CancellationTokenSource();
        var first = grain.IgnoreCancellation("first", CancellationToken.None);
        var second = grain.IgnoreCancellation("second", cancellation.Token);
        await silo.Probe["first"].Arrived;
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WithDeadline());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.IgnoreCancellation("third", cancellation.Token).WithDeadline());
        silo.Probe["first"].Release();
        await first.WithDeadline();
        await grain.ReturnTask().WithDeadline();
        Assert.Equal(["first", "first ends", "task"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Async_locals_stay_where_they_are()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICallGrain>();
        CallGrain.Local.Value = "the caller's";
        // Both wait, so that they run one right after the other, on the same thread.
        _ = grain.Tell("first");
        await silo.Probe["first"].Arrived;
        var calls = new[] { grain.ReplaceLocal("the first turn's"), grain.ReplaceLocal("the second turn's") };
        silo.Probe["first"].Release();
        Assert.All(await Task.WhenAll(calls).WithDeadline(), Assert.Null);
        Assert.Equal("the caller's", CallGrain.Local.Value);
    }
}

internal interface ICallGrain : IGrainWithStringKey
{
    Task<int> ThreadId();

    Task ReturnTask();

    ValueTask ReturnValueTask();

    Task<int> ReturnTaskOf(int value);

    ValueTask<int> ReturnValueTaskOf(int value);

    Task Throw(Exception exception);

    Task ThrowLater(Exception exception);

    Task ThrowIn(string other, Exception exception);

    Task<object> Echo(object message);

    [OneWay]
    Task Tell(string place);

    [OneWay]
    Task TellThrowing(string message);

    [OneWay]
    Task TellThrowingLater(string message);

    Task WaitForCancellation(string place, CancellationToken cancellationToken);

    Task IgnoreCancellation(string place, CancellationToken cancellationToken);

    Task<string?> ReplaceLocal(string value);
}

internal sealed class CallGrain(Probe probe) : Grain, ICallGrain
{
    public static readonly AsyncLocal<string?> Local = new();

    public Task<int> ThreadId() => Task.FromResult(Environment.CurrentManagedThreadId);

    public Task ReturnTask()
    {
        probe.Note("task");
        return Task.CompletedTask;
    }

    public async ValueTask ReturnValueTask()
    {
        await Task.Yield();
        probe.Note("value task");
    }

    public Task<int> ReturnTaskOf(int value)
    {
        probe.Note($"task of {value}");
        return Task.FromResult(value);
    }

    public ValueTask<int> ReturnValueTaskOf(int value)
    {
        probe.Note($"value task of {value}");
        return new(value);
    }

    public Task Throw(Exception exception) => throw exception;

    public async Task ThrowLater(Exception exception)
    {
        await Task.Yield();
        throw exception;
    }

    public Task ThrowIn(string other, Exception exception) => GrainFactory.GetGrain<ICallGrain>(other).Throw(exception);

    public Task<object> Echo(object message) => Task.FromResult(message);

    public async Task Tell(string place)
    {
        await probe.WaitAt(place);
        probe.Note($"{place} ends");
    }

    public Task TellThrowing(string message) => throw new InvalidDataException(message);

    public async Task TellThrowingLater(string message)
    {
        await Task.Yield();
        throw new InvalidDataException(message);
    }

    public async Task WaitForCancellation(string place, CancellationToken cancellationToken)
    {
        probe[place].Arrive();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            probe["cancelled"].Arrive();
        }
    }

    public Task IgnoreCancellation(string place, CancellationToken cancellationToken) => Tell(place);

    public Task<string?> ReplaceLocal(string value)
    {
        var before = Local.Value;
        Local.Value = value;
        return Task.FromResult(before);
    }
}

internal interface IUnsupportedGrain : IGrainWithStringKey
{
    IAsyncEnumerable<int> Stream();

    Task Generic<T>(T value);

    [OneWay]
    Task<int> OneWayWithResult();
}

internal sealed class UnsupportedGrain : Grain, IUnsupportedGrain
{
    public IAsyncEnumerable<int> Stream() => throw new InvalidOperationException();

    public Task Generic<T>(T value) => throw new InvalidOperationException();

    public Task<int> OneWayWithResult() => throw new InvalidOperationException();
}
