namespace AutoDeploy.Api.Hooks;

/// <summary>An image's name as senders write it, only taken apart: <c>host/name:tag</c>, <c>host/name@sha256:…</c>.</summary>
/// <param name="Tag">Empty where nothing follows the colon.</param>
internal readonly record struct ImageReferenceText(string Name, string? Tag, string? Digest)
{
    /// <summary>Its name, which begins with a host whatever that looks like.</summary>
    public string? HostedName => Name.IndexOf('/') is > 0 and var slash ? Join(Name[..slash], Name[(slash + 1)..]) : null;

    public static ImageReferenceText? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        string? digest = null,
            tag = null;
        if (text.IndexOf('@') is >= 0 and var at)
            (text, digest) = (text[..at], text[(at + 1)..]);
        if (text.LastIndexOf(':') is >= 0 and var colon && colon > text.LastIndexOf('/'))
            (text, tag) = (text[..colon], text[(colon + 1)..]);
        return new ImageReferenceText(text, tag, digest);
    }

    /// <summary>The name of a registry's repository; null where either is missing.</summary>
    public static string? Join(string? host, string? repository)
    {
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(repository))
            return null;
        // without a dot and a port it would be read as a part of a Docker Hub path; such a registry is at port 80
        return host == "localhost" || host.AsSpan().IndexOfAny('.', ':') >= 0 ? $"{host}/{repository}" : $"{host}:80/{repository}";
    }

    /// <summary>The host, with its port, of a URL; null where there is none.</summary>
    public static string? FindHost(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Authority.Length > 0 ? parsed.Authority : null;
}
