namespace AutoDeploy.Git;

public sealed class GitOptions
{
    /// <summary>Where the mirrors of repositories are kept.</summary>
    public string Directory { get; set; } = "data/git";

    /// <summary>All mirrors together; beyond it those go that were not used for the longest time.</summary>
    public long MaxBytes { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>For one fetch from a repository's server.</summary>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For one question to a mirror.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
