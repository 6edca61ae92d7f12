namespace AutoDeploy.Sources;

/// <summary>The host in a source's key, whether that is an image or a repository.</summary>
public static class SourceHostNames
{
    /// <summary>Null where the source is that of a path at any host.</summary>
    public static string? FindHost(string source) =>
        RepositoryName.IsPathSource(source) ? null : source[Start(source)..source.IndexOf('/')];

    /// <summary>The same path at another host.</summary>
    public static string ReplaceHost(string source, string host) =>
        string.Concat(source.AsSpan(0, Start(source)), host, source.AsSpan(source.IndexOf('/')));

    private static int Start(string source) => RepositoryName.IsSource(source) ? source.IndexOf(':') + 1 : 0;
}
