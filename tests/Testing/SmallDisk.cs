namespace AutoDeploy.Testing;

/// <summary>A folder with a file system of its own in memory, which can be filled up and freed again.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    /// <param name="folder">Made if it is not there; has to be empty.</param>
    public SmallDisk(string folder, int megabytes)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        _filler = Path.Combine(Folder, "filler");
        UnixTools.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "autodeploy-test", Folder);
        if (!File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == Folder))
            throw new InvalidOperationException($"A tmpfs could not be mounted at {Folder}.");
    }

    public string Folder { get; }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12])
        {
            var zeros = new byte[size];
            try
            {
                while (true)
                    file.Write(zeros);
            }
            catch (IOException)
            {
                // full, for pieces of that size
            }
        }
    }

    public void Free() => File.Delete(_filler);

    public void Dispose()
    {
        UnixTools.Unmount(Folder);
        try
        {
            Directory.Delete(Folder);
        }
        catch (IOException)
        {
            // who had it open still lets go; it holds nothing
        }
    }
}
