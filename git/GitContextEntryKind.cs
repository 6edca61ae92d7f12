namespace AutoDeploy.Git;

internal enum GitContextEntryKind
{
    File,
    Program,
    Link,
    Directory,
}
