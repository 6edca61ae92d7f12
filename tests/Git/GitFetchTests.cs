using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Git.Tests;

public sealed class GitFetchTests : GenericGitSenderTests
{
    [Fact]
    public async Task The_head_is_what_the_branch_is_at_now()
    {
        var first = Clone.Push("a", "1", "First\n\nwith more to say\n");
        var head = await Fetch();
        Assert.Equal(first, head.Id);
        Assert.Equal("First\n\nwith more to say", head.Message);
        Assert.Equal(long.Parse(Clone.Git("log", "-1", "--format=%ct"), null), head.Time.ToUnixTimeSeconds());

        var second = Clone.Push("a", "2");
        Assert.Equal(second, (await Fetch()).Id);
    }

    [Fact]
    public async Task A_commit_that_the_mirror_knows_costs_no_question_to_the_server()
    {
        var first = Clone.Push("a", "1");
        var second = Clone.Push("a", "2");
        Assert.Equal(second, (await Fetch(second)).Id);
        var requests = Server.Requests;
        Assert.Equal(first, (await Fetch(first)).Id);
        Assert.Equal(second, (await Fetch(second)).Id);
        await Server.Stop();
        Assert.Equal(first, (await NewGit().Fetch(Remote, "main", first, None)).Id);
        Assert.Equal(requests, Server.Requests);

        await Fails(GitFault.Unreachable, () => Fetch());
    }

    [Fact]
    public async Task What_is_not_there_is_told_apart()
    {
        var first = Clone.Push("a", "1");
        Clone.CreateBranch("other");
        var elsewhere = Clone.Push("b", "1");
        var missing = new string('1', 40);

        var e = await Fails(GitFault.BranchMissing, () => Fetch(branch: "none"));
        Assert.Equal($"The repository {Server.Host}/acme/shop has no branch \"none\".", e.Message);
        e = await Fails(GitFault.CommitMissing, () => Fetch(missing));
        Assert.Equal($"The repository {Server.Host}/acme/shop has no commit 111111111111.", e.Message);
        e = await Fails(GitFault.NotOnBranch, () => Fetch(elsewhere));
        Assert.Equal($"The commit {elsewhere[..12]} of the repository {Server.Host}/acme/shop is not on the branch \"main\".", e.Message);
        Assert.True(e.IsTransient);
        Assert.Equal(elsewhere, (await Fetch(elsewhere, "other")).Id);
        Assert.Equal(first, (await Fetch(first)).Id);

        await Fails(GitFault.BranchMissing, () => Fetch(branch: "--upload-pack=x"));
        await Fails(GitFault.CommitMissing, () => Fetch("HEAD"));
    }

    [Fact]
    public async Task A_commit_that_was_pushed_away_is_on_the_branch_no_longer_once_we_hear_of_it()
    {
        var first = Clone.Push("a", "1");
        var second = Clone.Push("a", "2");
        Assert.Equal(second, (await Fetch(second)).Id);
        Clone.Reset(first);
        Clone.Write("a", "3");
        var third = Clone.Commit("instead");
        Clone.Push(force: true);

        Assert.Equal(third, (await Fetch(third)).Id);
        await Fails(GitFault.NotOnBranch, () => Fetch(second));
        Assert.Equal(first, (await Fetch(first)).Id);
    }

    [Fact]
    public async Task A_branch_that_was_deleted_is_missing_and_its_name_can_become_a_directory()
    {
        Clone.Push("a", "1");
        Clone.CreateBranch("release");
        var old = Clone.Push("b", "1");
        Assert.Equal(old, (await Fetch(old, "release")).Id);

        Clone.DeleteBranch("release");
        await Fails(GitFault.BranchMissing, () => Fetch(branch: "release"));
        await Fails(GitFault.BranchMissing, () => Fetch(old, "release"));
        Clone.Git("branch", "-m", "release/1.0");
        Clone.Push();
        Assert.Equal(old, (await Fetch(old, "release/1.0")).Id);
    }

    [Fact]
    public async Task An_annotated_tag_means_its_commit()
    {
        var commit = Clone.Push("a", "1");
        var tag = Clone.Tag("v1", "The first");
        Assert.NotEqual(commit, tag);
        Assert.Equal(commit, (await Fetch(tag)).Id);
    }

    [Fact]
    public async Task Repositories_with_SHA256_are_read_too()
    {
        var bare = Server.PathOf("acme/long");
        UnixTools.Run("git", "init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha256", bare);
        Server.Configure("acme/long", "uploadpack.allowFilter", "true");
        using var clone = Server.Clone("acme/long");
        Clone.Git("init", "--quiet", "--object-format=sha256", "--initial-branch=main", Path.Combine(clone.Folder, "in"));
        var folder = Path.Combine(clone.Folder, "in");
        await File.WriteAllTextAsync(Path.Combine(folder, "a"), "1");
        clone.Git("-C", folder, "add", "a");
        clone.Git("-C", folder, "commit", "--quiet", "--message=first");
        clone.Git("-C", folder, "push", "--quiet", bare, "HEAD:refs/heads/main");
        var commit = clone.Git("-C", folder, "rev-parse", "HEAD").Trim();
        Assert.Equal(64, commit.Length);
        Assert.Equal(commit, (await Git.Fetch(RemoteOf(Server.Url("acme/long")), "main", null, None)).Id);
    }

    [Fact]
    public async Task Many_who_want_the_same_commit_cost_one_fetch()
    {
        var first = Clone.Push("a", "1");
        await Fetch(first);
        var before = Server.Requests;
        var second = Clone.Push("a", "2");
        await Fetch(second);
        var one = Server.Requests - before;

        var third = Clone.Push("a", "3");
        before = Server.Requests;
        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Fetch(third)));
        Assert.All(all, commit => Assert.Equal(third, commit.Id));
        Assert.Equal(one, Server.Requests - before);
    }

    [Fact]
    public async Task Who_asks_for_the_head_after_a_push_does_not_get_an_older_answer_that_is_under_way()
    {
        Clone.Push("a", "1");
        var answering = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        Server.Before = async context =>
        {
            if (context.Request.Method == "POST" && arrived.TrySetResult())
                return false;
            if (context.Request.Method == "POST")
                await answering.Task;
            return false;
        };
        var early = Fetch();
        await arrived.Task;
        var second = Clone.Push("a", "2");
        var late = Fetch();
        answering.SetResult();
        await early;
        Assert.Equal(second, (await late).Id);
    }

    [Fact]
    public async Task Giving_up_ends_the_wait_and_leaves_a_mirror_that_works()
    {
        var commit = Clone.Push("a", "1");
        var asked = new TaskCompletionSource();
        Server.Before = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var stop = new CancellationTokenSource();
        var fetching = Git.Fetch(Remote, "main", null, stop.Token);
        await asked.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Server.Before = null;
        Assert.Equal(commit, (await Fetch()).Id);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        Clone.Push("a", "1");
        Server.Before = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var git = NewGit(options => options.FetchTimeout = TimeSpan.FromSeconds(0.5));
        var e = await Fails(GitFault.TimedOut, () => git.Fetch(Remote, "main", null, None));
        Assert.Equal($"The repository {Server.Host}/acme/shop could not be read: 127.0.0.1 was not done within 0.5 s.", e.Message);
        Assert.True(e.IsTransient);
    }

    [Theory]
    [InlineData(503, GitFault.Unreachable, "is out of order: it answered 503")]
    [InlineData(429, GitFault.Unreachable, "is out of order: it answered 429")]
    [InlineData(403, GitFault.Unauthorized, "wants credentials; set them for the host")]
    [InlineData(404, GitFault.NotFound, "has no such repository")]
    public async Task What_a_server_answers_is_understood(int status, GitFault fault, string expected)
    {
        Server.Before = context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };
        Assert.Contains(expected, (await Fails(fault, () => Fetch())).Message);
    }

    [Fact]
    public async Task Wrong_names_are_not_found_or_unreachable()
    {
        var e = await Fails(GitFault.NotFound, () => Git.Fetch(RemoteOf(Server.Url("acme/none")), "main", null, None));
        Assert.Contains("/acme/none could not be read", e.Message);
        e = await Fails(
            GitFault.Unreachable,
            () => Git.Fetch(RemoteOf($"http://127.0.0.1:{UnixTools.FreePort()}/acme/shop"), "main", null, None)
        );
        Assert.Contains("/acme/shop could not be read", e.Message);
        e = await Fails(GitFault.Unreachable, () => Git.Fetch(RemoteOf("http://no-such-host.invalid/acme/shop"), "main", null, None));
        Assert.Equal(
            "The repository no-such-host.invalid/acme/shop could not be read: the name no-such-host.invalid is unknown.",
            e.Message
        );
    }
}
