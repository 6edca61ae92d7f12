namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>A service of the suite, as it is when the first round begins.</summary>
/// <param name="Name">Its name, by which clients ask it.</param>
/// <param name="Repository">What it follows, at the tag <c>latest</c>; others may follow the same.</param>
public sealed record ServiceRole(string Name, string Repository)
{
    public int Containers { get; init; } = 1;

    /// <summary>It has a port of the host, so that its old container stops before the new one starts.</summary>
    public bool StopFirst { get; init; }

    public bool Autoredeploy { get; init; } = true;

    /// <summary>False: it is stopped before the first round.</summary>
    public bool Runs { get; init; } = true;

    /// <summary>It has a health check of its own, besides its image's.</summary>
    public bool Checked { get; init; }
}
