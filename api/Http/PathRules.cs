using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Http;

/// <summary>
/// What holds for every path, before routing: doubled slashes are folded, a namespace segment after <c>v1</c> is taken out, and HEAD
/// works where GET does. (A slash at the end makes no difference to routing.)
/// </summary>
public static class PathRules
{
    private static readonly Dictionary<string, string[]> Resources = new(StringComparer.OrdinalIgnoreCase)
    {
        ["app"] = ["service", "container", "stack", "registry", "githost", "hostalias", "hook", "notification", "organization"],
        ["audit"] = ["action", "events"],
        ["infra"] = ["node", "nodecluster"],
    };

    private static readonly object HeadKey = new();

    public static void UsePathRules(this WebApplication app) =>
        app.Use(next =>
            context =>
            {
                var request = context.Request;
                if (HttpMethods.IsHead(request.Method))
                {
                    // Kestrel remembers that it is a HEAD and sends no body
                    context.Items[HeadKey] = HeadKey;
                    request.Method = HttpMethods.Get;
                }

                if (request.Path.Value is { } path)
                {
                    var folded = Fold(path);
                    if (NamespaceOf(folded) is { } named && named.Name == OrganizationNames.Default)
                        folded = named.Remainder;
                    if (!ReferenceEquals(folded, path))
                        request.Path = folded;
                }

                return next(context);
            }
        );

    /// <summary>Only the headers are wanted.</summary>
    public static bool IsHead(this HttpContext context) => context.Items.ContainsKey(HeadKey);

    public static string DescribeNotFound(string? path) =>
        NamespaceOf(path ?? "") is { } named && named.Name != OrganizationNames.Default
            ? $"There is no organization \"{ApiException.Shorten(named.Name)}\"; there is only \"{OrganizationNames.Default}\"."
            : $"There is nothing at \"{(IsHook(path) ? "/hooks/…" : ApiException.Shorten(path ?? ""))}\".";

    public static string Fold(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
            path = path.Replace("//", "/", StringComparison.Ordinal);
        return path;
    }

    private static bool IsHook(string? path) => path?.StartsWith("/hooks", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary><c>/api/app/v1/NAME/service/…</c>: the name, and the path without it; null where there is no such segment.</summary>
    private static (string Name, string Remainder)? NamespaceOf(string path)
    {
        if (!path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase))
            return null;
        // "", api, subsystem, v1, name, resource, rest
        var parts = path.Split('/', 7);
        if (
            parts.Length < 6
            || !parts[3].Equals("v1", StringComparison.OrdinalIgnoreCase)
            || !Resources.TryGetValue(parts[2], out var resources)
        )
            return null;
        if (Contains(resources, parts[4]) || !Contains(resources, parts[5]))
            return null;
        var rest = string.Join('/', parts.Where((_, i) => i != 4));
        return (parts[4], rest);
    }

    private static bool Contains(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
