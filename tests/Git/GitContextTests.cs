using System.Formats.Tar;
using System.Security.Cryptography;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git.Tests;

public sealed class GitContextTests : GenericGitSenderTests
{
    private const string Plain = "FROM scratch\n";

    [Fact]
    public async Task The_tar_has_the_commits_files_as_they_are()
    {
        var longName = string.Join('/', Enumerable.Repeat("a-rather-long-directory-name", 12)) + "/" + new string('n', 120);
        Clone.Write("Dockerfile", Plain);
        Clone.Write("empty", "");
        Clone.Write("dir/ünï 日本.txt", "hällo");
        Clone.Write(longName, "deep");
        Clone.WriteScript("run.sh", "#!/bin/sh\n");
        Clone.Link("dir/link", "../run.sh");
        Clone.Link("nowhere", "dir/missing");
        var commit = Clone.Commit("files");
        Clone.Push();
        Clone.Push("later", "not in this one");

        var files = await Open(commit, Source());
        Assert.Equal(
            ["Dockerfile", "dir/", "dir/link", "dir/ünï 日本.txt", "empty", "nowhere", "run.sh"],
            files.Keys.Where(name => !name.StartsWith("a-rather", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Equal("Dockerfile", files.Dockerfile);
        Assert.Equal(Plain, files["Dockerfile"].Text);
        Assert.Equal("", files["empty"].Text);
        Assert.Equal("hällo", files["dir/ünï 日本.txt"].Text);
        Assert.Equal("deep", files[longName].Text);
        Assert.Equal("../run.sh", files["dir/link"].Link);
        Assert.Equal("644", Convert.ToString((int)files["empty"].Mode, 8));
        Assert.Equal("755", Convert.ToString((int)files["run.sh"].Mode, 8));
        Assert.Equal("755", Convert.ToString((int)files["dir/"].Mode, 8));
        var time = long.Parse(Clone.Git("log", "-1", "--format=%ct", commit), null);
        Assert.All(files.Values, file => Assert.Equal((0, 0, time), (file.User, file.Group, file.Time.ToUnixTimeSeconds())));
    }

    [Fact]
    public async Task The_same_commit_makes_the_same_tar_and_is_downloaded_once()
    {
        Clone.Write("Dockerfile", Plain);
        Clone.Write("a", "1");
        var commit = Clone.Commit("files");
        Clone.Push();
        var first = await Hash();
        var requests = Server.Requests;
        Assert.Equal(first, await Hash());
        Assert.Equal(requests, Server.Requests);

        async Task<string> Hash()
        {
            await using var context = await Git.OpenContext(Remote, commit, Source(), None);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Content));
        }
    }

    [Fact]
    public async Task What_is_ignored_is_neither_sent_nor_downloaded_but_for_what_the_build_is_made_of()
    {
        Clone.Write("Dockerfile", Plain);
        Clone.Write(".dockerignore", "*\n!src\n**/*.md\nsrc/secret/*\n");
        Clone.Write("src/a.cs", "a");
        Clone.Write("src/README.md", "readme");
        Clone.Write("src/secret/key", "key");
        Clone.Write("big", "big");
        var commit = Clone.Commit("files");
        Clone.Push();

        var files = await Open(commit, Source());
        Assert.Equal([".dockerignore", "Dockerfile", "src/", "src/a.cs", "src/secret/"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3, Count("blob"));
    }

    [Fact]
    public async Task A_pattern_that_cannot_be_read_is_told()
    {
        Clone.Write("Dockerfile", Plain);
        var commit = Clone.Push(".dockerignore", "a[\n");
        var e = await Fails(GitFault.Refused, () => Open(commit, Source()));
        Assert.Equal($"The .dockerignore of the repository {Server.Host}/acme/shop has a pattern that cannot be read: \"a[\".", e.Message);
    }

    [Fact]
    public async Task Of_the_root_path_only_what_is_under_it_is_sent()
    {
        Clone.Write("services/api/Dockerfile", Plain);
        Clone.Write("services/api/src/a.cs", "a");
        Clone.Write("services/api2/b.cs", "b");
        Clone.Write(".dockerignore", "*");
        Clone.Write("other", "c");
        var commit = Clone.Commit("files");
        Clone.Push();
        var files = await Open(commit, Source("services/api"));
        Assert.Equal(["Dockerfile", "src/", "src/a.cs"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, Count("blob"));

        var e = await Fails(GitFault.Refused, () => Open(commit, Source("services/none")));
        Assert.Equal($"The repository {Server.Host}/acme/shop has no directory \"services/none\" in the commit {commit[..12]}.", e.Message);
        e = await Fails(GitFault.Refused, () => Open(commit, Source("other")));
        Assert.Contains("is a file, not a directory", e.Message);
        await Fails(GitFault.Refused, () => Open(commit, Source("../x")));
    }

    [Theory]
    [InlineData("", "Dockerfile", "Dockerfile", "root")]
    [InlineData("api", "Dockerfile", "Dockerfile", "api")]
    [InlineData("api", "docker/Dockerfile", "docker/Dockerfile", "api/docker")]
    [InlineData("api", "./docker//Dockerfile", "docker/Dockerfile", "api/docker")]
    [InlineData("api", "api/Dockerfile", "Dockerfile", "api")]
    [InlineData("api", "/api/docker/Dockerfile", "docker/Dockerfile", "api/docker")]
    [InlineData("api", "/Dockerfile", null, "root")]
    [InlineData("api", "build/Dockerfile", null, "build")]
    [InlineData("api", "../build/Dockerfile", null, "build")]
    [InlineData("api", "linked", null, "build")]
    [InlineData("api", "inner", null, "api/docker")]
    [InlineData("api", "dirlink/Dockerfile", null, "build")]
    public async Task The_Dockerfile_is_looked_for_in_the_root_path_and_then_in_the_repository(
        string root,
        string path,
        string? name,
        string expected
    )
    {
        foreach (var place in (string[])["", "api/", "api/docker/", "build/"])
            Clone.Write(place + "Dockerfile", $"FROM {(place.Length == 0 ? "root" : place.TrimEnd('/'))}\n");
        Clone.Write("api/a", "a");
        var commit = Clone.Commit("files");
        if (path is "linked" or "inner" or "dirlink/Dockerfile")
        {
            Clone.Link(
                "api/" + path.Split('/')[0],
                path switch
                {
                    "linked" => "../build/Dockerfile",
                    "inner" => "docker/Dockerfile",
                    _ => "docker",
                }
            );
            if (path.StartsWith("dirlink", StringComparison.Ordinal))
            {
                Clone.Link("dirlink", "build");
                Clone.Git("rm", "--quiet", "--cached", "--ignore-unmatch", "api/dirlink");
                File.Delete(Path.Combine(Clone.Folder, "api/dirlink"));
            }

            commit = Clone.Commit("link");
        }

        Clone.Push();
        var files = await Open(commit, Source(root, path));
        Assert.Equal($"FROM {expected}\n", files[files.Dockerfile].Text);
        if (name is not null)
        {
            Assert.Equal(name, files.Dockerfile);
            Assert.DoesNotContain(".dockerignore", files.Keys);
            return;
        }

        Assert.StartsWith(".dockerfile.", files.Dockerfile, StringComparison.Ordinal);
        Assert.Equal($".dockerignore\n{files.Dockerfile}\n", files[".dockerignore"].Text);
        Assert.Equal(path == "inner", files.ContainsKey("inner"));
        Assert.False(files.ContainsKey("linked"));
    }

    [Fact]
    public async Task A_Dockerfile_from_elsewhere_is_kept_out_of_the_image_beside_what_is_ignored_anyway()
    {
        Clone.Write("Dockerfile", Plain);
        Clone.Write("api/.dockerignore", "*.log");
        Clone.Write("api/a.log", "log");
        var commit = Clone.Commit("files");
        Clone.Push();
        var files = await Open(commit, Source("api"));
        Assert.Equal($"*.log\n{files.Dockerfile}\n", files[".dockerignore"].Text);
        Assert.Equal(2, files.Count);
    }

    [Theory]
    [InlineData("Dockerfile.none")]
    [InlineData("/none")]
    [InlineData("../../Dockerfile")]
    [InlineData("dir")]
    [InlineData("out")]
    [InlineData("loop")]
    public async Task Without_a_Dockerfile_there_is_nothing_to_build(string path)
    {
        Clone.Write("dir/a", "a");
        Clone.Link("out", "/etc/passwd");
        Clone.Link("loop", "loop");
        var commit = Clone.Commit("files");
        Clone.Push();
        var e = await Fails(GitFault.Refused, () => Open(commit, Source("", path)));
        Assert.Equal($"The repository {Server.Host}/acme/shop has no Dockerfile \"{path}\" in the commit {commit[..12]}.", e.Message);
    }

    [Theory]
    [InlineData("/etc/passwd", false)]
    [InlineData("../other/x", false)]
    [InlineData("dir/../../other", false)]
    [InlineData("dir/../other", true)]
    [InlineData(".", true)]
    public async Task A_symbolic_link_that_leaves_the_context_is_refused_unless_it_is_ignored(string target, bool isFine)
    {
        Clone.Write("api/Dockerfile", Plain);
        Clone.Link("api/link", target);
        var commit = Clone.Commit("link");
        Clone.Push();
        if (isFine)
        {
            Assert.Equal(target, (await Open(commit, Source("api")))["link"].Link);
            return;
        }

        var e = await Fails(GitFault.Refused, () => Open(commit, Source("api")));
        Assert.Equal(
            $"The symbolic link \"api/link\" of the repository {Server.Host}/acme/shop leads out of the build's context, to \"{target}\".",
            e.Message
        );
        commit = Clone.Push("api/.dockerignore", "link");
        Assert.DoesNotContain("link", (await Open(commit, Source("api"))).Keys);
    }

    [Fact]
    public async Task Submodules_are_empty_directories_or_fetched_on_demand()
    {
        Server.CreateRepository("acme/lib");
        Server.CreateRepository("deep/er");
        using var deeper = Server.Clone("deep/er");
        var innermost = deeper.Push("innermost", "3");
        using var lib = Server.Clone("acme/lib");
        lib.Write("lib.c", "2");
        lib.Submodule("third", "../../deep/er.git", innermost);
        var old = lib.Commit("lib");
        lib.Push();
        lib.Push("lib.c", "newer");
        Clone.Write("Dockerfile", Plain);
        Clone.Submodule("vendor/lib", "../lib.git", old);
        Clone.Submodule("ignored", Server.Url("acme/none"), old);
        Clone.Write(".dockerignore", "ignored");
        var commit = Clone.Commit("with submodules");
        Clone.Push();

        var without = await Open(commit, Source());
        Assert.Equal([".dockerignore", ".gitmodules", "Dockerfile", "vendor/", "vendor/lib/"], without.Keys.Order(StringComparer.Ordinal));
        Assert.Single(Mirrors());

        // the one below another owner is not even asked for
        var requests = Server.Requests;
        var e = await Fails(GitFault.Refused, () => Open(commit, Source() with { Submodules = true }));
        Assert.Equal(
            $"The submodule \"vendor/lib/third\" of the repository {Server.Host}/acme/shop is the repository "
                + $"{Server.Host}/deep/er, which is not below {Server.Host}/acme; "
                + "to allow it, name it or what it is below in `submodule_paths` of the service's `git_repository`.",
            e.Message
        );
        Assert.True(Server.Requests > requests);
        Assert.Equal(2, Mirrors().Length);

        var with = await Open(commit, Source() with { Submodules = true, SubmodulePaths = [$"{Server.Host}/deep"] });
        Assert.Equal("2", with["vendor/lib/lib.c"].Text);
        Assert.Equal("3", with["vendor/lib/third/innermost"].Text);
        Assert.DoesNotContain("ignored/", with.Keys);
        Assert.Equal(3, Mirrors().Length);
    }

    [Fact]
    public async Task A_submodule_that_cannot_be_fetched_is_told()
    {
        Clone.Write("Dockerfile", Plain);
        Clone.Submodule("lib", "/etc", new string('1', 40));
        var commit = Clone.Commit("a folder of the server");
        Clone.Push();
        var e = await Fails(GitFault.Refused, () => Open(commit, Source() with { Submodules = true }));
        Assert.Contains("The submodule \"lib\" of the repository", e.Message);

        Clone.Write(".gitmodules", $"[submodule \"lib\"]\n\tpath = lib\n\turl = {Server.Url("acme/none")}\n");
        commit = Clone.Commit("nothing there");
        Clone.Push();
        await Fails(GitFault.NotFound, () => Open(commit, Source() with { Submodules = true }));

        Clone.Write(".gitmodules", "");
        commit = Clone.Commit("no URL");
        Clone.Push();
        Assert.Contains(
            "has no URL in .gitmodules",
            (await Fails(GitFault.Refused, () => Open(commit, Source() with { Submodules = true }))).Message
        );
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Servers_without_filters_or_without_ids_give_the_files_another_way(bool isOld, bool canFilter)
    {
        Server.IsOld = isOld;
        Server.Configure(Repository, "uploadpack.allowFilter", canFilter ? "true" : "false");
        Clone.Write("Dockerfile", Plain);
        Clone.Write("a", "1");
        var commit = Clone.Commit("files");
        Clone.Push();
        Clone.Push("a", "2");
        await Fetch();
        Assert.Equal("1", (await Open(commit, Source()))["a"].Text);
    }

    [Fact]
    public async Task A_large_file_streams_and_stopping_in_the_middle_ends_everything()
    {
        var large = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        Clone.Write("Dockerfile", Plain);
        Clone.Write("large", large);
        Clone.Write("zz", "the last");
        var commit = Clone.Commit("large");
        Clone.Push();

        await using (var context = await Git.OpenContext(Remote, commit, Source(), None))
        {
            using var tar = new TarReader(context.Content);
            Assert.Equal("Dockerfile", (await tar.GetNextEntryAsync())!.Name);
            var entry = await tar.GetNextEntryAsync();
            Assert.Equal(large.Length, entry!.Length);
            Assert.Equal(SHA256.HashData(large), await SHA256.HashDataAsync(entry.DataStream!));
            Assert.Equal("zz", (await tar.GetNextEntryAsync())!.Name);
            Assert.Null(await tar.GetNextEntryAsync());
        }

        var stopped = await Git.OpenContext(Remote, commit, Source(), None);
        await stopped.Content.ReadExactlyAsync(new byte[1024 * 1024]);
        await stopped.DisposeAsync();
        var unread = await Git.OpenContext(Remote, commit, Source(), None);
        await unread.DisposeAsync();
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), IsReadingMirror);
    }

    [Fact]
    public async Task What_goes_wrong_while_it_streams_the_reader_gets_as_an_exception()
    {
        const int packHeader = 12; // a pack lists its files by their ids, so any of them may come right after this
        Clone.Write("Dockerfile", Plain);
        Clone.Write("large", RandomNumberGenerator.GetBytes(8 * 1024 * 1024));
        Clone.Write("z", "z");
        var commit = Clone.Commit("large");
        Clone.Push();
        await using var context = await Git.OpenContext(Remote, commit, Source(), None);
        await context.Content.ReadExactlyAsync(new byte[4096]);
        foreach (var pack in Directory.GetFiles(Path.Combine(Assert.Single(Mirrors()), "objects", "pack"), "*.pack"))
            using (var file = File.Open(pack, FileMode.Open))
                file.SetLength(packHeader);
        await Assert.ThrowsAnyAsync<Exception>(() => context.Content.CopyToAsync(Stream.Null));
    }

    /// <summary>A few hundred bytes, in which each tree is there once and named ten times.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_names_a_million_files_is_refused_with_the_limit(bool withFiles)
    {
        var blob = Clone.GitWith(Plain, "hash-object", "-w", "--stdin").Trim();
        var tree = withFiles ? Tree($"100644 blob {blob}\t") : Clone.GitWith("", "mktree").Trim();
        for (var depth = 0; depth < 5; depth++)
            tree = Tree($"040000 tree {tree}\t");
        var commit = Clone.Git("commit-tree", "-m", "bomb", tree).Trim();
        Clone.Git("push", "--quiet", "origin", $"{commit}:refs/heads/main");

        var e = await Fails(GitFault.Refused, () => Open(commit, Source()));
        Assert.Equal(
            $"The repository {Server.Host}/acme/shop has more than 100,000 files and directories; that is too much for a build.",
            e.Message
        );

        // nor is it known what it changes
        Clone.Write("Dockerfile", Plain);
        var small = Clone.Commit("small");
        Clone.Git("push", "--quiet", "origin", $"{small}:refs/heads/other");
        await Git.Fetch(Remote, "other", small, None);
        var difference = await Git.Compare(Remote, small, commit, None);
        Assert.Equal((withFiles, GitRelation.Diverged), (difference.Files is null, difference.Relation));

        string Tree(string line) => Clone.GitWith(string.Concat(Enumerable.Range(0, 10).Select(i => $"{line}{i}\n")), "mktree").Trim();
    }

    [Fact]
    public async Task An_ignore_file_that_asks_for_too_much_is_refused_with_the_limit()
    {
        Clone.Write("Dockerfile", Plain);
        var commit = Clone.Push(".dockerignore", string.Concat(Enumerable.Repeat("[a-z]*[a-z]*[a-z]*[a-z]*x\n", 3_000)));
        var e = await Fails(GitFault.Refused, () => Open(commit, Source()));
        Assert.Equal(
            $"The repository {Server.Host}/acme/shop has a .dockerignore with more than 2,000 rules; that is too much for a build.",
            e.Message
        );

        commit = Clone.Push(".dockerignore", new string('#', 256 * 1024) + "\n");
        e = await Fails(GitFault.Refused, () => Open(commit, Source()));
        Assert.Equal(
            $"The repository {Server.Host}/acme/shop has a .dockerignore of more than 256 KiB; that is too much for a build.",
            e.Message
        );
    }

    private bool IsReadingMirror(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Contains("GIT_DIR=" + Data, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it is not a process, or one no longer
        }
    }

    private async Task<Files> Open(string commit, GitSource source)
    {
        await using var context = await Git.OpenContext(Remote, commit, source, None);
        var files = new Files { Dockerfile = context.Dockerfile };
        using var tar = new TarReader(context.Content);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            var text = entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync();
            files.Add(entry.Name, new FileInTar(text, entry.LinkName, entry.Mode, entry.Uid, entry.Gid, entry.ModificationTime));
        }

        return files;
    }

    private GitSource Source(string root = "", string dockerfile = "Dockerfile") =>
        new()
        {
            Url = Server.Url(Repository),
            Branch = "main",
            RootPath = root,
            DockerfilePath = dockerfile,
        };

    private sealed record FileInTar(string Text, string Link, UnixFileMode Mode, int User, int Group, DateTimeOffset Time);

    private sealed class Files : Dictionary<string, FileInTar>
    {
        public required string Dockerfile { get; init; }
    }
}
