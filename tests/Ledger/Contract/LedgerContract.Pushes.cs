using AutoDeploy.Ports;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_recorded_push_is_found_as_it_was()
    {
        var full = Push("full");
        var bare = new Push
        {
            Uuid = Guid.NewGuid(),
            Sender = "dockerhub",
            Delivery = "bare",
            Source = Source,
            Tag = "1.2",
            Received = Noon,
        };

        var git = GitPush("git");

        var recorded = await Ledger.RecordPushes([full, bare, git], Never);

        Assert.Equal([new RecordedPush(full, true), new RecordedPush(bare, true), new RecordedPush(git, true)], recorded);
        Assert.Equal(git, await Ledger.FindPush(git.Uuid, Never));
        Assert.Equal(full, await Ledger.FindPush(full.Uuid, Never));
        Assert.Equal(bare, await Ledger.FindPush(bare.Uuid, Never));
        Assert.Null(await Ledger.FindPush(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_repeated_push_answers_the_one_on_record()
    {
        var first = Push();
        await Ledger.RecordPushes([first], Never);

        var again = await Ledger.RecordPushes([first], Never);
        var told = await Ledger.RecordPushes([Push() with { Tag = "other", Received = Noon.AddDays(1) }], Never);

        Assert.Equal([new RecordedPush(first, false)], again);
        Assert.Equal([new RecordedPush(first, false)], told);
        Assert.Single(await Ledger.ListOpenPushes(Source, 10, Never));
    }

    [Fact]
    public async Task What_makes_a_push_unique_may_be_long()
    {
        var random = new Random(1);
        string[] deliveries =
        [
            .. Enumerable.Range(0, 2).Select(_ => new string([.. Enumerable.Range(0, 5_000).Select(_ => (char)random.Next('!', 'ÿ'))])),
        ];

        Assert.True((await Ledger.RecordPushes([Push(deliveries[0])], Never))[0].New);
        Assert.True((await Ledger.RecordPushes([Push(deliveries[1])], Never))[0].New);
        Assert.False((await Ledger.RecordPushes([Push(deliveries[0])], Never))[0].New);
    }

    [Fact]
    public async Task A_git_push_is_the_same_wherever_it_is_read()
    {
        var push = GitPush();
        var row = Service();
        await Ledger.RecordPushes([push], Never);
        await Ledger.AddService(row, Never);
        await Ledger.Decide(Verdict(push.Uuid, row.Uuid), null, null, Never);
        var reached = Guid.NewGuid();
        await Ledger.Advance(push.Uuid, reached, Never);
        await Reopen();

        Assert.Equal([new RecordedPush(push, false)], await Ledger.RecordPushes([GitPush()], Never));
        Assert.Equal([new OpenPush(push, reached)], await Ledger.ListOpenPushes(push.Source, 10, Never));
        Assert.Equal(push, Assert.Single((await Ledger.ListVerdicts(row.Uuid, 10, 0, Never)).Items).Push);
    }

    [Fact]
    public async Task A_repeat_is_known_after_a_restart_and_when_the_push_is_settled()
    {
        var push = Push();
        await Ledger.RecordPushes([push], Never);
        await Ledger.Complete([push.Uuid], Never);
        await Reopen();

        Assert.Equal([new RecordedPush(push, false)], await Ledger.RecordPushes([Push()], Never));
        Assert.Empty(await Ledger.ListOpenPushes(Source, 10, Never));
    }

    [Fact]
    public async Task A_delivery_is_another_push_for_another_sender_or_hook()
    {
        var push = Push();
        Push[] others = [push, Push() with { Sender = "gitlab" }, Push() with { HookId = Guid.NewGuid() }, Push() with { HookId = null }];

        Assert.All(await Ledger.RecordPushes(others, Never), recorded => Assert.True(recorded.New));
    }

    [Fact]
    public async Task Without_a_hook_a_delivery_is_unique_too()
    {
        var push = Push() with { HookId = null };
        await Ledger.RecordPushes([push], Never);

        Assert.Equal([new RecordedPush(push, false)], await Ledger.RecordPushes([Push() with { HookId = null }], Never));
    }

    [Fact]
    public async Task Of_pushes_in_one_call_that_repeat_each_other_the_later_are_repeats()
    {
        var (one, two) = (Push("1"), Push("2"));

        var recorded = await Ledger.RecordPushes([one, two, Push("1"), Push("2")], Never);

        Assert.Equal(
            [new RecordedPush(one, true), new RecordedPush(two, true), new RecordedPush(one, false), new RecordedPush(two, false)],
            recorded
        );
    }

    [Fact]
    public async Task Pushes_of_one_call_are_recorded_all_or_none()
    {
        var known = Push("known");
        await Ledger.RecordPushes([known], Never);
        var good = Push("good");

        await Assert.ThrowsAsync<LedgerException>(() => Ledger.RecordPushes([good, Push("bad") with { Uuid = known.Uuid }], Never));

        Assert.Null(await Ledger.FindPush(good.Uuid, Never));
        Assert.Equal(known, await Ledger.FindPush(known.Uuid, Never));
    }

    [Fact]
    public async Task Recording_nothing_answers_nothing() => Assert.Empty(await Ledger.RecordPushes([], Never));

    [Fact]
    public async Task Open_pushes_come_in_the_order_in_which_they_were_recorded()
    {
        // received earlier, recorded later
        Push[] pushes = [.. Enumerable.Range(0, 20).Select(i => Push($"{i}") with { Received = Noon.AddSeconds(-i) })];
        foreach (var push in pushes)
            await Ledger.RecordPushes([push], Never);
        await Ledger.RecordPushes([Push("else", "docker.io/acme/else")], Never);

        Assert.Equal(pushes.Select(push => new OpenPush(push, null)), await Ledger.ListOpenPushes(Source, 100, Never));
        Assert.Equal(pushes[..3], (await Ledger.ListOpenPushes(Source, 3, Never)).Select(open => open.Push));
        Assert.Empty(await Ledger.ListOpenPushes("docker.io/acme/none", 3, Never));
    }

    [Fact]
    public async Task A_settled_push_is_open_no_longer()
    {
        Push[] pushes = [Push("1"), Push("2"), Push("3"), Push("4", "docker.io/acme/else")];
        await Ledger.RecordPushes(pushes, Never);
        Assert.Equal([Source, "docker.io/acme/else"], await Ledger.ListOpenSources(Never));

        await Ledger.Complete([pushes[0].Uuid, pushes[2].Uuid, pushes[3].Uuid, Guid.NewGuid()], Never);
        await Ledger.Complete([pushes[0].Uuid], Never);

        Assert.Equal(pushes[1], Assert.Single(await Ledger.ListOpenPushes(Source, 10, Never)).Push);
        Assert.Equal([Source], await Ledger.ListOpenSources(Never));
        Assert.Equal(pushes[0], await Ledger.FindPush(pushes[0].Uuid, Never));
    }

    [Fact]
    public async Task How_far_a_fan_out_came_is_remembered_and_never_goes_back()
    {
        var push = Push();
        await Ledger.RecordPushes([push, Push("2")], Never);
        var (near, far) = (new Guid("10000000-0000-0000-0000-000000000000"), new Guid("f0000000-0000-0000-0000-000000000000"));

        await Ledger.Advance(push.Uuid, near, Never);
        Assert.Equal([near, null], (await Ledger.ListOpenPushes(Source, 10, Never)).Select(open => open.ReachedServiceId));
        await Ledger.Advance(push.Uuid, far, Never);
        await Ledger.Advance(push.Uuid, near, Never);
        await Reopen();

        Assert.Equal([far, null], (await Ledger.ListOpenPushes(Source, 10, Never)).Select(open => open.ReachedServiceId));
    }

    [Fact]
    public async Task Many_callers_record_at_once_and_each_push_is_recorded_once()
    {
        const int Callers = 64,
            Each = 200;

        // every delivery comes twice, from different callers
        var news = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        var count = 0;
                        for (var i = 0; i < Each; i++)
                            count += (await Ledger.RecordPushes([Push($"{caller / 2}-{i}")], Never))[0].New ? 1 : 0;
                        return count;
                    })
                )
        );

        Assert.Equal(Callers * Each / 2, news.Sum());
        Assert.Equal(
            Callers * Each / 2,
            (await Ledger.ListOpenPushes(Source, int.MaxValue, Never)).Select(open => open.Push.Delivery).Distinct().Count()
        );
    }

    [Fact]
    public async Task A_read_sees_what_was_written_before_it()
    {
        for (var i = 0; i < 200; i++)
        {
            var push = Push($"{i}");
            await Ledger.RecordPushes([push], Never);
            Assert.Equal(push, await Ledger.FindPush(push.Uuid, Never));
        }
    }
}
