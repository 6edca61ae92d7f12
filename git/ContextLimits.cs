using System.Globalization;
using AutoDeploy.Ports;

namespace AutoDeploy.Git;

/// <summary>
/// Limits for reading one build context, over the repository and its submodules: a commit of a few hundred bytes can name a million files.
/// The error names the limit that was exceeded.
/// </summary>
/// <param name="repository">For sentences.</param>
internal sealed class ContextLimits(string repository)
{
    public const int MaxEntries = 100_000;
    public const int MaxPathBytes = 4096;
    public const int MaxAllPathBytes = 16 * 1024 * 1024;
    public const int MaxPathDepth = 256;
    public const int MaxSubmodules = 100;
    public const int MaxLinkBytes = 4096;
    public const int MaxAllLinkBytes = 16 * 1024 * 1024;
    public const int MaxSettingsBytes = 256 * 1024;

    private long _pathBytes;
    private long _linkBytes;
    private int _submodules;

    /// <summary>Files, directories, links and submodules.</summary>
    public int Entries { get; private set; }

    /// <summary>Counts a file, directory, link or submodule.</summary>
    public void AddEntry(int pathBytes, int depth)
    {
        if (++Entries > MaxEntries)
            throw TooMuch($"has more than {Text(MaxEntries)} files and directories");
        if (pathBytes > MaxPathBytes)
            throw TooMuch($"has a file whose path is longer than {Text(MaxPathBytes)} bytes");
        if (depth > MaxPathDepth)
            throw TooMuch($"has a file that is more than {Text(MaxPathDepth)} directories deep");
        if ((_pathBytes += pathBytes) > MaxAllPathBytes)
            throw TooMuch($"has paths of more than {Text(MaxAllPathBytes)} bytes in all");
    }

    public void AddSubmodule()
    {
        if (++_submodules > MaxSubmodules)
            throw TooMuch($"has more than {Text(MaxSubmodules)} submodules");
    }

    public void AddLink(int bytes)
    {
        if ((_linkBytes += bytes) > MaxAllLinkBytes)
            throw TooMuch($"has symbolic links with targets of more than {Text(MaxAllLinkBytes)} bytes in all");
    }

    public GitException TooMuch(string what) => new(GitFault.Refused, $"The repository {repository} {what}; that is too much for a build.");

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
