namespace AutoDeploy.Organizations;

/// <summary>Whose API a git host has.</summary>
public enum GitHostKind
{
    GitHub,
    GitLab,

    /// <summary>Forgejo too.</summary>
    Gitea,

    /// <summary>Bitbucket Cloud.</summary>
    Bitbucket,
}
