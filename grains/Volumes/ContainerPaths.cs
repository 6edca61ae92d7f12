namespace AutoDeploy.Volumes;

/// <summary>Paths in containers, as Docker reads those that an image declares.</summary>
public static class ContainerPaths
{
    /// <summary>
    /// Absolute, without doubled slashes, <c>.</c>, <c>..</c> and a slash at the end; <c>/</c> for what names no path below it.
    /// </summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part is not ("" or "."))
                parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>Whether one is the other, or below it.</summary>
    public static bool AreOverlapping(string one, string other)
    {
        var (first, second) = (Folder(one), Folder(other));
        return first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal);

        static string Folder(string path) => Normalize(path) is var clean && clean == "/" ? clean : clean + "/";
    }
}
