using System.Globalization;

namespace AutoDeploy.Testing;

/// <summary>A clock that the tests and containers have in common: seconds since the machine's start, to the hundredth.</summary>
public static class UptimeClock
{
    /// <summary>For a shell in a container: sets the variable <c>t</c>.</summary>
    public const string Shell = "read t rest < /proc/uptime";

    public static double Now => Read(File.ReadAllText("/proc/uptime").Split(' ')[0]);

    public static double Read(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
