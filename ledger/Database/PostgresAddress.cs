using System.Data.Common;
using AutoDeploy.Ports;
using Npgsql;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// How PostgreSQL is reached: what Npgsql reads (<c>Host=db;Database=autodeploy;Username=ada</c>) or a URL as other programs of PostgreSQL
/// take it (<c>postgres://ada@db/autodeploy?sslmode=verify-full</c>). What is refused is named without its value, which may be a secret.
/// </summary>
internal static class PostgresAddress
{
    /// <summary>Seconds. Others wait for who waits longer.</summary>
    private const int ConnectTimeout = 5,
        CommandTimeout = 15;

    private const string Expected =
        "expected Host=…;Database=…;Username=…;Password=… as Npgsql reads it, or postgres://user:password@host/database";

    /// <exception cref="LedgerException">It makes no sense; a sentence says why.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Timeout = ConnectTimeout,
            CommandTimeout = CommandTimeout,
            ApplicationName = "AutoDeploy",
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        foreach (var (key, value) in Pairs(text.Trim()))
            Set(settings, key, value);
        if (string.IsNullOrWhiteSpace(settings.Host))
            throw new LedgerException($"The PostgreSQL connection string names no host; {Expected}.");
        settings.Database ??= settings.Username;
        // each of ours lives as long as it can; and none of what is asked or answered is to be shown
        settings.Pooling = false;
        settings.PersistSecurityInfo = false;
        settings.IncludeErrorDetail = false;
        settings.LogParameters = false;
        settings.Enlist = false;
        settings.MaxAutoPrepare = 0;
        return settings;
    }

    private static IEnumerable<(string Key, string Value)> Pairs(string text)
    {
        if (text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal))
            return FromUrl(text);
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            return [.. pairs.Keys.Cast<string>().Select(key => (key, (string)pairs[key]))];
        }
        catch (ArgumentException)
        {
            throw new LedgerException($"The PostgreSQL connection string cannot be read; {Expected}.");
        }
    }

    private static IEnumerable<(string Key, string Value)> FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Fragment.Length > 0)
            throw new LedgerException(
                $"The PostgreSQL URL cannot be read; {Expected}. What is no letter or digit in a password is written as %XX."
            );
        yield return ("host", url.Host.Trim('[', ']'));
        if (!url.IsDefaultPort && url.Port > 0)
            yield return ("port", $"{url.Port}");
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            yield return ("username", Uri.UnescapeDataString(user[0]));
        if (user.Length == 2)
            yield return ("password", Uri.UnescapeDataString(user[1]));
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } database)
            yield return ("database", Uri.UnescapeDataString(database));
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            yield return parts[0].ToLowerInvariant() switch
            {
                "sslmode" => ("SSL Mode", value.Replace("-", "", StringComparison.Ordinal)),
                "sslrootcert" => ("Root Certificate", value),
                "sslcert" => ("SSL Certificate", value),
                "sslkey" => ("SSL Key", value),
                "sslpassword" => ("SSL Password", value),
                "connect_timeout" => ("Timeout", value),
                "application_name" => ("Application Name", value),
                "user" => ("Username", value),
                "dbname" => ("Database", value),
                _ => (Uri.UnescapeDataString(parts[0]), value),
            };
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string key, string value)
    {
        try
        {
            settings[key] = value;
        }
        catch (Exception exception) when (exception is ArgumentException or KeyNotFoundException)
        {
            throw new LedgerException(
                settings.ContainsKey(key)
                    ? $"The PostgreSQL connection string has a value for \"{key}\" that cannot be used."
                    : $"The PostgreSQL connection string has the key \"{key}\", which there is not; {Expected}."
            );
        }
    }
}
