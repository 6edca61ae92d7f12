namespace AutoDeploy.Testing;

/// <summary>A HEALTHCHECK. Zero and 0 stand for Docker's defaults.</summary>
public sealed record TestHealthcheck
{
    public TestHealthcheck(string shellCommand) => Test = ["CMD-SHELL", shellCommand];

    public TestHealthcheck(params IReadOnlyList<string> test) => Test = test;

    /// <summary><c>CMD …</c>, <c>CMD-SHELL x</c> or <c>NONE</c>.</summary>
    public IReadOnlyList<string> Test { get; }

    public TimeSpan Interval { get; init; }

    public TimeSpan Timeout { get; init; }

    public TimeSpan StartPeriod { get; init; }

    public int Retries { get; init; }
}
