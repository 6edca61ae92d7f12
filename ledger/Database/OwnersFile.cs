namespace AutoDeploy.Ledger.Database;

/// <summary>Files that nobody but their owner may read.</summary>
internal static class OwnersFile
{
    public static FileStream Create(string path, FileMode mode = FileMode.CreateNew, FileShare share = FileShare.ReadWrite)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
