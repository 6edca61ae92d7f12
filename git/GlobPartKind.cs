namespace AutoDeploy.Git;

internal enum GlobPartKind
{
    /// <summary>One character.</summary>
    One,

    /// <summary><c>*</c>: any characters but slashes, or none.</summary>
    AnyInName,

    /// <summary><c>**</c> at the end: anything, or nothing.</summary>
    Anything,

    /// <summary><c>**/</c>: <see cref="Directories"/>, which has to follow, or nothing.</summary>
    MaybeDirectories,

    /// <summary>Anything up to a slash.</summary>
    Directories,
}
