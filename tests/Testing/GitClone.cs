namespace AutoDeploy.Testing;

/// <summary>A working clone, as a developer has one: files are written, committed and pushed. Goes away when disposed of.</summary>
public sealed class GitClone : IDisposable
{
    /// <param name="origin">The repository's folder or URL.</param>
    internal GitClone(string origin)
    {
        GitProcess.Run(Folder, "-c", "init.defaultBranch=main", "clone", "--quiet", origin, ".");
        Git("config", "core.autocrlf", "false");
        Git("config", "protocol.file.allow", "always"); // submodules in the next folder
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("autodeploy-clone-").FullName;

    /// <summary>The id of the commit that is checked out.</summary>
    public string Head => Git("rev-parse", "HEAD").Trim();

    /// <summary>The branch that is checked out.</summary>
    public string Branch => Git("symbolic-ref", "--short", "HEAD").Trim();

    public void Write(string path, string text) => File.WriteAllText(Place(path), text);

    public void Write(string path, byte[] bytes) => File.WriteAllBytes(Place(path), bytes);

    /// <summary>Writes a file that can be executed.</summary>
    public void WriteScript(string path, string text)
    {
        Write(path, text);
        UnixTools.MakeExecutable(Place(path));
    }

    /// <summary>Makes a symbolic link.</summary>
    public void Link(string path, string target)
    {
        var place = Place(path);
        File.Delete(place);
        File.CreateSymbolicLink(place, target);
    }

    public void Remove(string path) => Git("rm", "--quiet", "-r", "--", path);

    public void Rename(string from, string to)
    {
        Place(to);
        Git("mv", "--", from, to);
    }

    /// <summary>Commits all that was written and removed, nothing too, and answers the commit's id.</summary>
    public string Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message=" + message);
        return Head;
    }

    /// <summary>Writes one file, commits it and pushes it; answers the commit's id.</summary>
    public string Push(string path, string text, string? message = null)
    {
        Write(path, text);
        var commit = Commit(message ?? $"Change {path}");
        Push();
        return commit;
    }

    /// <summary>Pushes the branch that is checked out.</summary>
    public void Push(bool force = false) =>
        Git(["push", "--quiet", .. force ? ["--force"] : Array.Empty<string>(), "origin", $"HEAD:refs/heads/{Branch}"]);

    /// <summary>Makes a branch where we are, and checks it out.</summary>
    public void CreateBranch(string name) => Git("checkout", "--quiet", "-b", name);

    /// <summary>Checks out a branch that there is.</summary>
    public void Switch(string branch) => Git("checkout", "--quiet", branch);

    /// <summary>Deletes a branch at the server.</summary>
    public void DeleteBranch(string name) => Git("push", "--quiet", "origin", ":refs/heads/" + name);

    /// <summary>Merges a branch into the one that is checked out, always with a merge commit, and answers its id.</summary>
    public string Merge(string branch, string? message = null)
    {
        Git("merge", "--quiet", "--no-ff", "--message=" + (message ?? $"Merge {branch}"), branch);
        return Head;
    }

    /// <summary>Sets the branch that is checked out, and the files, to a commit: the beginning of a forced push.</summary>
    public void Reset(string commit) => Git("reset", "--quiet", "--hard", commit);

    /// <summary>Tags the commit that is checked out, pushes the tag, and answers the tag's id; with a message it is annotated.</summary>
    public string Tag(string name, string? message = null)
    {
        Git(message is null ? ["tag", name] : ["tag", "--annotate", "--message=" + message, name]);
        Git("push", "--quiet", "origin", "refs/tags/" + name);
        return Git("rev-parse", "refs/tags/" + name).Trim();
    }

    /// <summary>Adds a submodule without fetching it: a line in <c>.gitmodules</c> and a commit of it in the tree.</summary>
    public void Submodule(string path, string url, string commit)
    {
        var file = Path.Combine(Folder, ".gitmodules");
        File.AppendAllText(file, $"[submodule \"{path}\"]\n\tpath = {path}\n\turl = {url}\n");
        Directory.CreateDirectory(Path.Combine(Folder, path)); // an empty directory is what git takes for one that is not checked out
        Git("update-index", "--add", "--cacheinfo", $"160000,{commit},{path}");
    }

    /// <summary>Runs git in the clone and answers what it wrote.</summary>
    public string Git(params IReadOnlyList<string> arguments) => GitProcess.Run(Folder, arguments);

    /// <summary>Runs git in the clone with something to read.</summary>
    public string GitWith(string input, params IReadOnlyList<string> arguments) => GitProcess.RunWith(Folder, input, arguments);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Place(string path)
    {
        var place = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }
}
