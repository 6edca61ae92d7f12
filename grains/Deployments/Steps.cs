namespace AutoDeploy.Deployments;

/// <summary>How far a deployment came, as the ledger keeps it. Only <see cref="Bake"/>, <see cref="Group"/>, <see cref="Back"/> and <see cref="Retire"/> change what is done after a crash.</summary>
public static class Steps
{
    public const string Resolve = "resolve";
    public const string Pull = "pull";
    public const string Build = "build";

    /// <summary>The command before runs.</summary>
    public const string Pre = "pre_deploy";

    public const string Replace = "replace";

    /// <summary>All new containers serve, the old ones are stopped and kept: the new version has to keep well for a while.</summary>
    public const string Bake = "bake";

    /// <summary>All new containers serve, the old ones are kept: the others of the deploy group are not so far.</summary>
    public const string Group = "group";

    /// <summary>All new containers are proven and serve; there is no way back from here, only the old ones to remove.</summary>
    public const string Retire = "retire";

    /// <summary>It failed, and what it did is being taken back.</summary>
    public const string Back = "back";

    public const string Stop = "stop";
    public const string Remove = "remove";

    /// <summary>A deployment at this step has made nothing yet that would have to be taken back.</summary>
    public static bool OnlyPrepare(string step) => step is "" or Resolve or Pull or Build;
}
