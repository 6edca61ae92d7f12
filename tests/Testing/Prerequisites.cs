namespace AutoDeploy.Testing;

/// <summary>What the tests with real servers need from the machine.</summary>
public static class Prerequisites
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("dockerd", "docker.io"),
        ("docker-registry", "docker-registry"),
        ("busybox", "busybox-static"),
        ("iptables", "iptables"),
        ("ip", "iproute2"),
    ];

    private static readonly (string Program, string Package)[] NeededByGit = [("git", "git")];

    private static readonly (string Program, string Package)[] NeededBySsh = [("ssh", "openssh-client"), ("sshd", "openssh-server")];

    private static readonly (string Program, string Package)[] NeededByBrowser = [("chromium", "chromium")];

    private static readonly (string Program, string Package)[] NeededByPostgres = [("postgres", "postgresql")];

    /// <summary>For a real Docker daemon or a real registry.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what to install.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux())
            throw new InvalidOperationException("The tests with a real Docker daemon run on Linux.");
        if (Environment.UserName != "root")
            throw new InvalidOperationException("The tests with a real Docker daemon start a dockerd of their own: run them as root.");
        Check("a real Docker daemon", Needed);
    }

    /// <summary>For a real git server.</summary>
    public static void CheckGit() => Check("a real git server", NeededByGit);

    /// <summary>For a git server that is reached over ssh.</summary>
    public static void CheckSsh() => Check("a real git server over ssh", NeededBySsh);

    /// <summary>For a real PostgreSQL server.</summary>
    public static void CheckPostgres() => Check("a real PostgreSQL server", NeededByPostgres);

    /// <summary>For a real browser.</summary>
    public static void CheckBrowser() => Check("a real browser", NeededByBrowser);

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin", .. PostgresFolders()])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Debian keeps a server's programs out of the PATH, in a folder for each version. The newest first.</summary>
    private static IEnumerable<string> PostgresFolders() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .OrderDescending(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];

    private static void Check(string what, (string Program, string Package)[] needed)
    {
        var missing = needed.Where(one => Find(one.Program) is null).ToList();
        if (missing.Count > 0)
            throw new InvalidOperationException(
                $"The tests with {what} need {string.Join(", ", missing.Select(one => one.Program))}: "
                    + $"apt-get install {string.Join(' ', missing.Select(one => one.Package).Distinct())}"
            );
    }
}
