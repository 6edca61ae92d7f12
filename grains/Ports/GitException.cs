namespace AutoDeploy.Ports;

/// <summary>A repository cannot be read; the message is one sentence for a person that names the repository and holds no secret.</summary>
[GenerateSerializer, Alias("AutoDeploy.GitException")]
public sealed class GitException(GitFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)]
    public GitFault Fault { get; private init; } = fault;

    /// <summary>Waiting a little may help: servers tell of a push before all of their parts have it.</summary>
    public bool IsTransient =>
        Fault is GitFault.Unreachable or GitFault.BranchMissing or GitFault.CommitMissing or GitFault.NotOnBranch or GitFault.TimedOut;
}
