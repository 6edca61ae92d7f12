namespace AutoDeploy.Fixtures;

/// <summary>What the tests with a real Docker daemon and a real registry need from the machine.</summary>
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

    /// <exception cref="InvalidOperationException">Something is missing; the message says what to install.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux())
            throw new InvalidOperationException("The tests with a real Docker daemon run on Linux.");
        if (Environment.UserName != "root")
            throw new InvalidOperationException("The tests with a real Docker daemon start a dockerd of their own: run them as root.");
        var missing = Needed.Where(needed => Find(needed.Program) is null).ToList();
        if (missing.Count > 0)
            throw new InvalidOperationException(
                $"The tests with a real Docker daemon need {string.Join(", ", missing.Select(needed => needed.Program))}: "
                + $"apt-get install {string.Join(' ', missing.Select(needed => needed.Package).Distinct())}");
    }

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
