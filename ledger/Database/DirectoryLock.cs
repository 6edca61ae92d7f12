using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// Keeps a second process from the data directory: its grains would deploy the same pushes again. It ends with its process.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = "autodeploy.lock";

    // EWOULDBLOCK, and ERROR_SHARING_VIOLATION
    private const int Locked = 11,
        LockedOnMac = 35,
        LockedOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="LedgerException">Another process has it, or the directory is not writable.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return new DirectoryLock(OwnerOnlyFile.Create(path, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(
                exception.HResult is Locked or LockedOnMac or LockedOnWindows
                    ? $"The data directory {directory} is in use by another AutoDeploy; stop that one first."
                    : $"The data directory {directory} is not writable.",
                exception
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
