namespace AutoDeploy.Git;

internal enum GitTreeEntryKind
{
    File,
    Program,
    Link,
    Submodule,
}
