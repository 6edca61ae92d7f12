using System.Text;

namespace AutoDeploy.Api.Access;

/// <summary>What an Authorization header carries: the password of Basic, or what follows Bearer or Token.</summary>
public readonly record struct BasicCredentials(string User, string Secret)
{
    public const string Nobody = "admin";

    public static BasicCredentials? Read(string? authorization)
    {
        if (string.IsNullOrWhiteSpace(authorization))
            return null;
        var trimmed = authorization.Trim();
        var space = trimmed.IndexOf(' ');
        if (space < 0)
            return null;
        var scheme = trimmed[..space];
        var rest = trimmed[(space + 1)..].Trim();
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("Token", StringComparison.OrdinalIgnoreCase))
            return new BasicCredentials(Nobody, rest);
        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return null;

        var bytes = new byte[rest.Length];
        if (!Convert.TryFromBase64String(rest, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':');
        return colon < 0 ? null : new BasicCredentials(UserName(pair[..colon]), pair[(colon + 1)..]);
    }

    /// <summary>The name is a client's word and goes on record: kept short and on one line.</summary>
    private static string UserName(string text)
    {
        var name = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(64)]).Trim();
        return name.Length == 0 ? Nobody : name;
    }
}
