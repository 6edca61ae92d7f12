using System.Globalization;

namespace AutoDeploy.Api.Qovery;

/// <summary>Times as Qovery's clients read them: ISO 8601 with a <c>Z</c>.</summary>
public static class QoveryTimes
{
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
