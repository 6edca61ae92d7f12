namespace AutoDeploy.Sources;

/// <summary>
/// Which repositories a service's submodules may be in: whoever commits to one repository could otherwise have any other fetched with the
/// organization's
/// credentials.
/// </summary>
public static class SubmoduleRules
{
    /// <summary>Why a submodule is not fetched, in a sentence; null: it may be.</summary>
    /// <param name="source">The service's.</param>
    /// <param name="path">Where the submodule is.</param>
    /// <param name="repository">Where it comes from.</param>
    public static string? Objection(GitSource source, string path, RepositoryName repository)
    {
        var own = source.Repository;
        var owner = own.Key[..own.Key.LastIndexOf('/')];
        if (repository.Key == own.Key || source.SubmodulePaths.Any(prefix => PathPrefix.Covers(prefix, repository.Key)))
            return null;

        // a repository right under its host has no owner whose others it could be among
        if (owner.Contains('/') && PathPrefix.Covers(owner, repository.Key))
            return null;
        return $"The submodule \"{path}\" of the repository {own.Key} is the repository {repository.Key}, which is not "
            + (owner.Contains('/') ? $"below {owner}" : "the same one")
            + $"; to allow it, name it or what it is below in `submodule_paths` of the service's `git_repository`.";
    }
}
