using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

/// <summary>The rules for pushes of branches.</summary>
public class JudgeGitTests
{
    private const string Old = "0000000000000000000000000000000000000001";
    private const string Now = "0000000000000000000000000000000000000002";
    private const string New = "0000000000000000000000000000000000000003";
    private const string Newest = "0000000000000000000000000000000000000004";

    private static readonly Service Running = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "shop",
        Created = DateTimeOffset.UnixEpoch,
        Status = ServiceStatus.Running,
        WantsToRun = true,
        Settings = new ServiceSettings
        {
            Git = new GitSource { Url = "https://git.acme.com/acme/shop", Branch = "main" },
            Autoredeploy = true,
        },
        Current = new ServiceVersion
        {
            Image = ImageName.Parse("autodeploy/shop:1"),
            Digest = "sha256:1",
            Commit = Now,
        },
    };

    private static readonly Push Push = new()
    {
        Uuid = Guid.NewGuid(),
        Sender = "github",
        Delivery = "1",
        Source = "git:git.acme.com/acme/shop",
        Ref = "refs/heads/main",
        Commit = New,
        Received = DateTimeOffset.UnixEpoch,
        Organization = "default",
    };

    private static readonly GitDifference Newer = new(["api/a.cs"], GitRelation.Newer);

    [Fact]
    public void A_commit_that_was_rolled_back_or_is_older_than_that_is_skipped()
    {
        var rolledBack = Running with { RolledBackFrom = Running.Current! with { Commit = Newest } };
        Check(rolledBack, New, new CommitRelations(Newer, RolledBack: GitRelation.Older), VerdictReasons.RolledBack);
        Check(rolledBack, Newest, new CommitRelations(Newer), VerdictReasons.RolledBack);
        Check(rolledBack, New, new CommitRelations(Newer, RolledBack: GitRelation.Newer), VerdictReasons.New);
        Check(rolledBack, New, new CommitRelations(Newer, RolledBack: GitRelation.Diverged), VerdictReasons.New);
    }

    [Fact]
    public void What_is_held_is_not_held_again_and_an_ancestor_of_it_is_older()
    {
        var verdict = new Verdict
        {
            Uuid = Guid.NewGuid(),
            PushId = Push.Uuid,
            ServiceId = Running.Uuid,
            Kind = VerdictKind.Held,
            Reason = VerdictReasons.Window,
            Detail = "",
            Received = Push.Received,
        };
        var holding = Restricted("M api/") with
        {
            Held = new HeldPush
            {
                Verdict = verdict,
                Push = Push,
                Version = Running.Current! with { Commit = Newest },
            },
        };
        Check(holding, Newest, new CommitRelations(Newer), VerdictReasons.Current);
        Check(holding, New, new CommitRelations(Newer, Held: GitRelation.Older), VerdictReasons.Older);
        Check(holding, New, new CommitRelations(Newer, Held: GitRelation.Newer), VerdictReasons.New);
        Check(holding, New, new CommitRelations(Newer, Held: GitRelation.Diverged), VerdictReasons.New);

        // what followed on it leaves nothing that counts: it is taken back
        var nothing = new GitDifference(["web/a.js"], GitRelation.Newer);
        Assert.True(Check(holding, New, new CommitRelations(nothing, Held: GitRelation.Newer), VerdictReasons.Restricted).SupersedesHeld);
        Assert.False(Check(holding, New, new CommitRelations(nothing, Held: GitRelation.Older), VerdictReasons.Restricted).SupersedesHeld);
    }

    [Fact]
    public void A_newer_commit_is_deployed() => Check(Running, New, new CommitRelations(Newer), VerdictReasons.New);

    [Fact]
    public void A_rewritten_branch_is_deployed() =>
        Check(Running, New, new CommitRelations(new GitDifference(["a"], GitRelation.Diverged)), VerdictReasons.New);

    [Fact]
    public void What_cannot_be_compared_is_deployed_whatever_the_restrictions() =>
        Check(Restricted("M api/"), New, new CommitRelations(new GitDifference(null, GitRelation.Unknown)), VerdictReasons.New);

    [Fact]
    public void An_empty_commit_is_deployed_where_there_are_no_restrictions() =>
        Check(Running, New, new CommitRelations(new GitDifference([], GitRelation.Newer)), VerdictReasons.New);

    [Fact]
    public void A_deleted_branch_comes_before_everything() =>
        Assert.Equal(
            VerdictReasons.Deleted,
            Judge.Decide(Off(Running), Push with { Deleted = true, Commit = null }, null, relations: null)!.Reason
        );

    [Fact]
    public void With_autoredeploy_off_it_is_remembered_without_looking_at_files()
    {
        var decision = Check(Off(Restricted("M web/")) with { WantsToRun = false }, New, null, VerdictReasons.AutoredeployOff);
        Assert.True(decision.RememberAvailable);
    }

    [Fact]
    public void A_stopped_service_stays_stopped()
    {
        var decision = Check(
            Running with
            {
                WantsToRun = false,
                Status = ServiceStatus.Stopped,
            },
            New,
            null,
            VerdictReasons.Stopped,
            marker: "[skip ci]"
        );
        Assert.True(decision.RememberAvailable);
    }

    [Fact]
    public void A_skip_marker_comes_before_the_files() =>
        Check(Restricted("M web/"), New, null, VerdictReasons.SkipMarker, marker: "[skip ci]");

    [Fact]
    public void A_push_option_skips_too() =>
        Assert.Equal(VerdictReasons.SkipMarker, Judge.Decide(Running, Push with { SkipAsked = true }, Commit(New), null)!.Reason);

    [Fact]
    public void The_files_are_asked_for_only_when_the_answer_depends_on_them() =>
        Assert.Null(Judge.Decide(Running, Push, Commit(New), null));

    [Fact]
    public void Restrictions_look_at_what_differs_from_what_runs()
    {
        Check(Restricted("M web/"), New, new CommitRelations(Newer), VerdictReasons.Restricted);
        Check(Restricted("X api/"), New, new CommitRelations(Newer), VerdictReasons.Restricted);
        Check(Restricted("M api/"), New, new CommitRelations(Newer), VerdictReasons.New);
    }

    [Fact]
    public void Restricted_comes_before_older_and_failed_before()
    {
        var older = new CommitRelations(new GitDifference(["api/a.cs"], GitRelation.Older));
        Check(Restricted("M web/") with { Failed = [Old] }, Old, older, VerdictReasons.Restricted);
    }

    [Fact]
    public void What_runs_is_not_deployed_again_and_not_called_restricted() =>
        Check(Restricted("M api/"), Now, new CommitRelations(new GitDifference([], GitRelation.Same)), VerdictReasons.Current);

    [Fact]
    public void What_is_being_deployed_is_not_deployed_again() =>
        Check(Running, New, new CommitRelations(Newer, New, GitRelation.Same), VerdictReasons.Current);

    [Fact]
    public void What_ran_before_the_deployment_under_way_may_come_back() =>
        // forced back to what runs while something that diverged is being deployed
        Check(Running, Now, new CommitRelations(new GitDifference([], GitRelation.Same), Newest, GitRelation.Diverged), VerdictReasons.New);

    [Fact]
    public void An_ancestor_of_what_runs_is_older() =>
        Check(Running, Old, new CommitRelations(new GitDifference(["a"], GitRelation.Older)), VerdictReasons.Older);

    [Fact]
    public void An_ancestor_of_what_is_being_deployed_is_older() =>
        Check(Running, New, new CommitRelations(Newer, Newest, GitRelation.Older), VerdictReasons.Older);

    [Fact]
    public void What_failed_before_is_not_tried_again() =>
        Check(Running with { Failed = [New] }, New, new CommitRelations(Newer), VerdictReasons.FailedBefore);

    [Fact]
    public void Older_comes_before_failed_before() =>
        Check(Running with { Failed = [Old] }, Old, new CommitRelations(new GitDifference(["a"], GitRelation.Older)), VerdictReasons.Older);

    [Fact]
    public void A_commit_that_its_branch_has_left_behind_is_older()
    {
        var commit = Commit(New) with { Problem = "It is not on the branch.", LeftBranch = true };
        Assert.Equal(VerdictReasons.Older, Judge.Decide(Running, Push, commit, null)!.Reason);
        Assert.False(Judge.Decide(Off(Running), Push, commit, null)!.RememberAvailable);
    }

    [Fact]
    public void What_cannot_be_read_goes_to_a_deployment_that_will_say_so()
    {
        var commit = Commit(New) with { Problem = "The repository does not answer." };
        var decision = Judge.Decide(Running, Push, commit, null)!;
        Assert.Equal((VerdictKind.Deploy, VerdictReasons.New), (decision.Kind, decision.Reason));
        Assert.Contains("does not answer", decision.Detail, StringComparison.Ordinal);
        Assert.Equal(VerdictReasons.FailedBefore, Judge.Decide(Running with { Failed = [New] }, Push, commit, null)!.Reason);
    }

    [Theory]
    [InlineData("Fix it\n\n[skip ci]", "[skip ci]")]
    [InlineData("[CI Skip] docs", "[ci skip]")]
    [InlineData("x [No CI]", "[no ci]")]
    [InlineData("[SKIP CD]", "[skip cd]")]
    [InlineData("[cd skip]", "[cd skip]")]
    [InlineData("a[skip deploy]b", "[skip deploy]")]
    [InlineData("skip ci", null)]
    [InlineData("[skip  ci]", null)]
    [InlineData("", null)]
    public void Skip_markers_are_found_whatever_their_capitals(string message, string? marker) =>
        Assert.Equal(marker, SkipMarkerFinder.Find(message));

    private static JudgeDecision Check(Service service, string commit, CommitRelations? relations, string reason, string? marker = null)
    {
        var decision = Judge.Decide(service, Push with { Commit = commit }, Commit(commit) with { SkipMarker = marker }, relations)!;
        Assert.Equal((reason == VerdictReasons.New ? VerdictKind.Deploy : VerdictKind.Skip, reason), (decision.Kind, decision.Reason));
        return decision;
    }

    private static PushedCommit Commit(string id) => new() { Repository = "git.acme.com/acme/shop", Id = id };

    private static Service Off(Service service) => service with { Settings = service.Settings with { Autoredeploy = false } };

    private static Service Restricted(string restriction) =>
        Running with
        {
            Settings = Running.Settings with
            {
                Restrictions =
                [
                    new Restriction
                    {
                        Uuid = Guid.NewGuid(),
                        Mode = restriction[0] == 'M' ? RestrictionMode.Match : RestrictionMode.Exclude,
                        Value = restriction[2..],
                        Created = DateTimeOffset.UnixEpoch,
                    },
                ],
            },
        };
}
