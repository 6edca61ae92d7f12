namespace AutoDeploy.Ports;

[GenerateSerializer, Alias("AutoDeploy.GitFault")]
public enum GitFault
{
    /// <summary>The server does not answer.</summary>
    Unreachable,

    /// <summary>The server wants (other) credentials, or is not who it should be.</summary>
    Unauthorized,

    /// <summary>There is no such repository, or the server does not tell those who may not read it.</summary>
    NotFound,

    BranchMissing,

    /// <summary>The repository does not have the commit, or not yet.</summary>
    CommitMissing,

    /// <summary>The commit is not on the branch, not yet or no longer.</summary>
    NotOnBranch,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>Another reason.</summary>
    Refused,
}
