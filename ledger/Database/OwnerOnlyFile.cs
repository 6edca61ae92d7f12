using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Database;

/// <summary>Files that nobody but their owner may read.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>The data directory, unless it is there.</summary>
    /// <exception cref="LedgerException">It cannot be made.</exception>
    public static void CreateDirectory(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The data directory {path} is missing and cannot be created.", exception);
        }
    }

    public static FileStream Create(string path, FileMode mode = FileMode.CreateNew, FileShare share = FileShare.ReadWrite)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
