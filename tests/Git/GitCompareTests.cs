using AutoDeploy.Ports;

namespace AutoDeploy.Git.Tests;

public sealed class GitCompareTests : GenericGitSenderTests
{
    [Fact]
    public async Task The_files_that_differ_are_told_without_their_contents()
    {
        Clone.Write("api/a.cs", "1");
        Clone.Write("web/b.js", "1");
        var first = Clone.Commit("first");
        Clone.Write("api/a.cs", "2");
        Clone.Remove("web/b.js");
        Clone.Write("c", "1");
        var second = Clone.Commit("second");
        Clone.Push();

        await Fetch(second);
        Assert.Equal(0, Count("blob"));
        var difference = await Git.Compare(Remote, first, second, None);
        Assert.Equal(["api/a.cs", "c", "web/b.js"], difference.Files!.Order(StringComparer.Ordinal));
        Assert.Equal(GitRelation.Newer, difference.Relation);
        Assert.Equal(GitRelation.Older, (await Git.Compare(Remote, second, first, None)).Relation);
        Assert.Equal(0, Count("blob"));

        var same = await Git.Compare(Remote, first, first, None);
        Assert.Equal((GitRelation.Same, 0), (same.Relation, same.Files!.Count));
    }

    [Fact]
    public async Task The_files_of_a_commit_are_told_without_their_contents()
    {
        Clone.Write("api/a.cs", "1");
        Clone.Write("docs/\u00fc b.md", "1");
        var first = Clone.Commit("first");
        Clone.Push();
        Assert.Null(await Git.Files(Remote, first, None));
        await Fetch(first);
        Assert.Equal(["api/a.cs", "docs/\u00fc b.md"], (await Git.Files(Remote, first, None))!.Order(StringComparer.Ordinal));
        Assert.Equal(0, Count("blob"));
        Assert.Null(await Git.Files(Remote, new string('a', 40), None));
        Assert.NotEmpty(Mirrors());
    }

    [Fact]
    public async Task It_is_found_out_once_and_without_the_server()
    {
        var first = Clone.Push("a", "1");
        var second = Clone.Push("a", "2");
        await Fetch(second);
        var requests = Server.Requests;
        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Git.Compare(Remote, first, second, None)));
        Assert.All(all, difference => Assert.Equal(["a"], difference.Files!));
        Assert.Equal(requests, Server.Requests);
        Directory.Delete(Assert.Single(Mirrors()), recursive: true);
        Assert.Same(all[0].Files, (await Git.Compare(Remote, first, second, None)).Files);
    }

    [Fact]
    public async Task After_a_forced_push_the_trees_are_compared_and_the_commits_have_diverged()
    {
        Clone.Write("base", "1");
        var fork = Clone.Commit("base");
        var before = Clone.Push("old", "1");
        await Fetch(before);
        Clone.Reset(fork);
        var after = Clone.Commit("nothing yet");
        Clone.Write("new", "1");
        after = Clone.Commit("new");
        Clone.Push(force: true);
        await Fetch(after);

        var difference = await Git.Compare(Remote, before, after, None);
        Assert.Equal(["new", "old"], difference.Files!);
        Assert.Equal(GitRelation.Diverged, difference.Relation);
    }

    [Fact]
    public async Task What_a_merge_brought_in_counts()
    {
        var first = Clone.Push("a", "1");
        Clone.CreateBranch("topic");
        Clone.Write("topic/x", "1");
        Clone.Commit("topic");
        Clone.Switch("main");
        Clone.Write("main", "1");
        var second = Clone.Commit("main");
        var merge = Clone.Merge("topic");
        Clone.Push();
        await Fetch(merge);
        Assert.Equal(["topic/x"], (await Git.Compare(Remote, second, merge, None)).Files!);
        Assert.Equal(["main", "topic/x"], (await Git.Compare(Remote, first, merge, None)).Files!);
    }

    [Fact]
    public async Task A_renamed_file_is_told_by_both_names_and_what_was_taken_back_not_at_all()
    {
        var first = Clone.Push("old/name", "the same content");
        Clone.Rename("old/name", "new/name");
        var second = Clone.Commit("rename");
        Clone.Rename("new/name", "old/name");
        var third = Clone.Commit("back");
        Clone.Push();
        await Fetch(third);
        Assert.Equal(["new/name", "old/name"], (await Git.Compare(Remote, first, second, None)).Files!);
        var back = await Git.Compare(Remote, first, third, None);
        Assert.Equal((0, GitRelation.Newer), (back.Files!.Count, back.Relation));
    }

    [Fact]
    public async Task Names_come_as_they_are()
    {
        string[] names = ["with space", "with \"quotes\"", "with\nnewline", "with\ttab", "ünï/cödé-日本", "-dash", "star*?[x]"];
        var first = Clone.Push("a", "1");
        foreach (var name in names)
            Clone.Write(name, "1");
        var second = Clone.Commit("odd");
        Clone.Push();
        await Fetch(second);
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            (await Git.Compare(Remote, first, second, None)).Files!.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Hundreds_of_commits_make_one_difference()
    {
        var first = Clone.Push("a", "1");
        var stream = string.Concat(
            Enumerable
                .Range(0, 300)
                .Select(i =>
                    $"commit refs/heads/many\ncommitter Ada <ada@acme.example> {1_700_000_000 + i} +0000\ndata "
                    + $"1\nx\n{(i == 0 ? $"from {first}\n" : "")}"
                    + $"M 100644 inline d{i % 10}/f{i}\ndata 1\ny\n\n"
                )
        );
        Clone.GitWith(stream, "fast-import", "--quiet");
        Clone.Switch("many");
        Clone.Push();
        var last = Clone.Head;
        await Fetch(last, "many");
        var difference = await Git.Compare(Remote, first, last, None);
        Assert.Equal(300, difference.Files!.Count);
        Assert.Equal(GitRelation.Newer, difference.Relation);
        Assert.Equal(0, Count("blob"));
    }

    [Fact]
    public async Task A_commit_that_nothing_leads_to_is_asked_for_by_its_id_and_unknown_when_it_is_gone()
    {
        var fork = Clone.Push("a", "1");
        var before = Clone.Push("lost", "1");
        Clone.Reset(fork);
        Clone.Write("new", "1");
        var after = Clone.Commit("instead");
        Clone.Push(force: true);
        await Fetch(after); // never having seen what was before

        var difference = await Git.Compare(Remote, before, after, None);
        Assert.Equal(["lost", "new"], difference.Files!);
        Assert.Equal(GitRelation.Diverged, difference.Relation);

        var gone = await Git.Compare(Remote, new string('2', 40), after, None);
        Assert.Equal((null, GitRelation.Unknown), (gone.Files, gone.Relation));
        var requests = Server.Requests;
        Assert.Null((await Git.Compare(Remote, new string('2', 40), after, None)).Files);
        Assert.Equal(requests, Server.Requests);
        Assert.Equal(GitRelation.Unknown, (await Git.Compare(Remote, new string('0', 40), after, None)).Relation);
    }

    [Fact]
    public async Task An_old_server_that_gives_no_commits_by_their_ids_leaves_it_unknown()
    {
        Server.IsOld = true;
        var fork = Clone.Push("a", "1");
        var before = Clone.Push("lost", "1");
        Clone.Reset(fork);
        Clone.Write("new", "1");
        var after = Clone.Commit("instead");
        Clone.Push(force: true);
        await Fetch(after);
        Assert.Equal(GitRelation.Unknown, (await Git.Compare(Remote, before, after, None)).Relation);
        Assert.Equal(["new"], (await Git.Compare(Remote, fork, after, None)).Files!);
    }
}
