using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// Waits until a container that was just started is proven: the service's own health check answers; or else its command, or the image's
/// HEALTHCHECK, is well; or, with neither, it has run for a while. Docker runs a HEALTHCHECK only once per interval (30 s by default), so
/// its test is
/// also run from here, at once and often; whichever says healthy first counts. Unhealthy is what Docker's rule says it is.
/// </summary>
internal sealed class ReadinessProbe(IEngine engine, TimeProvider time)
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Answers how it was proven, in words.</summary>
    /// <exception cref="DeploymentFailedException">It will not be proven; the sentence says why.</exception>
    public async Task<string> Wait(string id, ServiceSettings settings, EngineHealthCheck? imageCheck, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        imageCheck = HealthCheck.FindEngineCheck(settings.HealthCheck, imageCheck);
        var probe = settings.HealthCheck is { IsProbe: true } check ? check : null;
        var failures = new FailureCount(probe);
        var deadline =
            TimeSpan.FromSeconds(settings.Limits.Prove)
            + TimeSpan.FromSeconds(probe?.StartPeriod ?? imageCheck?.StartPeriod.TotalSeconds ?? settings.StableSeconds);
        Task<string?>? test = null;
        string? last = null;
        while (true)
        {
            var container = await engine.Find(id, cancellationToken);
            ThrowIfDown(container);
            var elapsed = time.GetElapsedTime(begun);

            if (probe is { } own)
            {
                test ??= engine.Probe(id, new ProbeTarget(own.Port, own.Path), TimeSpan.FromSeconds(own.Timeout), cancellationToken);
            }
            else if (imageCheck is not null)
            {
                if (container!.Health == EngineHealth.Healthy)
                    return FormatElapsed("is healthy", elapsed);
                if (container.Health == EngineHealth.Unhealthy)
                    throw new DeploymentFailedException($"The new container is unhealthy: {FormatOutput(container.HealthOutput ?? last)}.");
                test ??= RunCheck(id, imageCheck, cancellationToken);
            }
            else if (elapsed >= TimeSpan.FromSeconds(settings.StableSeconds))
            {
                return $"has run for {settings.StableSeconds} s";
            }

            // a test may take its time; a container that ends meanwhile is noticed all the same
            using (var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                var wait = Task.Delay(PollInterval, time, pause.Token);
                if (test is null || await Task.WhenAny(test, wait) == wait)
                {
                    await wait;
                }
                else
                {
                    last = await test;
                    test = null;
                    if (last is null)
                        return FormatElapsed("is healthy", time.GetElapsedTime(begun));
                    if (failures.IsExceeded(time.GetElapsedTime(begun)))
                        throw new DeploymentFailedException($"The new container is unhealthy: {FormatOutput(last)}.");
                    await wait;
                }

                await pause.CancelAsync();
            }

            if (time.GetElapsedTime(begun) > deadline)
                throw new DeploymentFailedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The new container was not healthy within {deadline.TotalSeconds:0} s: {FormatOutput(last)}."
                    )
                );
        }
    }

    /// <summary>Why a container that should run does not.</summary>
    public static void ThrowIfDown(EngineContainer? container)
    {
        if (container is null)
            throw new DeploymentFailedException("The new container was removed by somebody while it was being proven.");
        if (container.RestartCount > 0 || container.State == EngineContainerState.Restarting)
            throw new DeploymentFailedException($"The new container {DescribeExit(container)} and was restarted.");
        if (!container.IsUp)
            throw new DeploymentFailedException($"The new container {DescribeExit(container)}.");
    }

    private static string DescribeExit(EngineContainer container) =>
        container.OutOfMemory ? "ran out of memory"
        : container.Error.Length > 0 ? $"could not be started: {container.Error}"
        : $"exited with code {container.ExitCode}";

    private static string FormatElapsed(string what, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} after {elapsed.TotalSeconds:0.00} s");

    private static string FormatOutput(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "its check says nothing" : text.Trim().TrimEnd('.');

    private async Task<string?> RunCheck(string id, EngineHealthCheck check, CancellationToken cancellationToken)
    {
        var result = await engine.Exec(id, check.Command, check.Timeout, cancellationToken);
        return result.ExitCode == 0 ? null
            : result.Output.Length > 0 ? result.Output
            : $"its HEALTHCHECK ended with code {result.ExitCode}";
    }

    /// <summary>Docker's rule for our own checks: so many failures in a row, an interval apart, after the start period.</summary>
    private sealed class FailureCount(HealthCheck? check)
    {
        private int _count;
        private TimeSpan _counted;

        public bool IsExceeded(TimeSpan elapsed)
        {
            if (
                check is null
                || elapsed < TimeSpan.FromSeconds(check.StartPeriod)
                || elapsed - _counted < TimeSpan.FromSeconds(check.Interval)
            )
                return false;
            _counted = elapsed;
            return ++_count >= check.Retries;
        }
    }
}
