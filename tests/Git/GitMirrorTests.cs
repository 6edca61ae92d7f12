using AutoDeploy.Sources;

namespace AutoDeploy.Git.Tests;

public sealed class GitMirrorTests : GenericGitSenderTests
{
    [Fact]
    public async Task All_URLs_of_a_repository_share_one_mirror()
    {
        var commit = Clone.Push("a", "1");
        await Fetch();
        await Git.Fetch(RemoteOf(Server.Url(Repository).Replace(".git", "/", StringComparison.Ordinal)), "main", commit, None);
        Assert.Single(Mirrors());
        await Git.Fetch(Remote with { Organization = "other" }, "main", commit, None);
        Assert.Equal(2, Mirrors().Length);
    }

    [Fact]
    public async Task Mirrors_that_were_not_used_for_long_make_room()
    {
        var commit = Clone.Push("a", "1");
        await Fetch();
        var first = Assert.Single(Mirrors());
        Server.CreateRepository("acme/other");
        using var other = Server.Clone("acme/other");
        var there = other.Push("b", "1");
        var git = NewGit(options => options.MaxBytes = 1);
        await git.Fetch(RemoteOf(Server.Url("acme/other")), "main", null, None);
        Assert.DoesNotContain(first, Mirrors());
        Assert.Single(Mirrors()); // the one that was in use

        Assert.Equal(commit, (await git.Fetch(Remote, "main", commit, None)).Id);
        Assert.Equal([first], Mirrors());
        Assert.Equal(there, (await git.Fetch(RemoteOf(Server.Url("acme/other")), "main", there, None)).Id);
        Assert.DoesNotContain(first, Mirrors());
    }

    [Fact]
    public async Task A_mirror_whose_context_is_being_read_stays()
    {
        Clone.Write("large", new string('x', 4 * 1024 * 1024));
        var commit = Clone.Push("Dockerfile", "FROM scratch\n");
        Server.CreateRepository("acme/other");
        using var other = Server.Clone("acme/other");
        other.Push("b", "1");
        var git = NewGit(options => options.MaxBytes = 1);
        await using (
            var context = await git.OpenContext(Remote, commit, new GitSource { Url = Server.Url(Repository), Branch = "main" }, None)
        )
        {
            await git.Fetch(RemoteOf(Server.Url("acme/other")), "main", null, None);
            Assert.Equal(2, Mirrors().Length);
            await context.Content.CopyToAsync(Stream.Null);
        }

        await git.Fetch(RemoteOf(Server.Url("acme/other")), "main", null, None);
        Assert.Single(Mirrors());
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("config")]
    [InlineData("objects")]
    [InlineData("pack")]
    [InlineData("refs")]
    public async Task A_damaged_mirror_is_made_anew(string what)
    {
        var first = Clone.Push("Dockerfile", "FROM scratch\n");
        var second = Clone.Push("a", "2");
        await Fetch();
        var mirror = Assert.Single(Mirrors());
        Damage(mirror, what);

        Assert.Equal(second, (await NewGit().Fetch(Remote, "main", second, None)).Id);
        Assert.Equal(["a"], (await NewGit().Compare(Remote, first, second, None)).Files!);
        Damage(mirror, what);
        Assert.Equal(["a"], (await NewGit().Compare(Remote, first, second, None)).Files!);
        Damage(mirror, what);
        await using var context = await NewGit()
            .OpenContext(Remote, second, new GitSource { Url = Server.Url(Repository), Branch = "main" }, None);
        Assert.NotEqual(-1, context.Content.ReadByte());
    }

    [Fact]
    public async Task What_a_killed_git_left_is_removed()
    {
        Clone.Push("a", "1");
        await Fetch();
        var mirror = Assert.Single(Mirrors());
        foreach (var head in Directory.GetFiles(Path.Combine(mirror, "refs", "heads")))
            await File.WriteAllTextAsync(head + ".lock", "");
        await File.WriteAllTextAsync(Path.Combine(mirror, "config.lock"), "");
        await File.WriteAllTextAsync(Path.Combine(mirror, "packed-refs.lock"), "");
        var half = Path.Combine(mirror, "objects", "pack", "tmp_pack_abc");
        await File.WriteAllTextAsync(half, "half");

        var second = Clone.Push("a", "2");
        Assert.Equal(second, (await NewGit().Fetch(Remote, "main", null, None)).Id);
        Assert.False(File.Exists(half));
        Assert.Empty(Directory.GetFiles(mirror, "*.lock", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Many_fetches_do_not_leave_many_packs()
    {
        var first = Clone.Push("a", "0");
        await Fetch();
        var packs = Path.Combine(Assert.Single(Mirrors()), "objects", "pack");
        for (var i = 1; i < 60; i++)
        {
            Clone.Push("a", $"{i}");
            await Fetch();
        }

        Assert.InRange(Directory.GetFiles(packs, "*.pack").Length, 1, 50);
        Assert.Equal(first, (await NewGit().Fetch(Remote, "main", first, None)).Id);
        Assert.Equal(["a"], (await Git.Compare(Remote, first, Clone.Head, None)).Files!);
    }

    private static void Damage(string mirror, string what)
    {
        switch (what)
        {
            case "pack":
                foreach (var pack in Directory.GetFiles(Path.Combine(mirror, "objects", "pack"), "*.pack"))
                    using (var file = File.Open(pack, FileMode.Open))
                        file.SetLength(file.Length / 2);
                break;
            case "objects":
                Directory.Delete(Path.Combine(mirror, what), recursive: true);
                break;
            case "refs":
                foreach (var head in Directory.GetFiles(Path.Combine(mirror, "refs", "heads")))
                    File.WriteAllText(head, new string('\0', 41));
                break;
            default:
                File.WriteAllText(Path.Combine(mirror, what), "\0\0[garbage");
                break;
        }
    }
}
