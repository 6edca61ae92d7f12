using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_was_seen_of_a_source_is_remembered_for_each_organization()
    {
        await Ledger.SetPoll(Guid.NewGuid(), Source, 60, Never);
        Assert.Equal((false, 0), await Seen("default"));

        await Ledger.RecordTagPoll(
            Look() with
            {
                Listed = true,
                Seen = new Dictionary<string, string?> { ["1.0"] = null, ["latest"] = "sha256:1" },
            },
            Never
        );
        await Ledger.RecordTagPoll(
            Look() with
            {
                Organization = "other",
                Seen = new Dictionary<string, string?> { ["1.0"] = "sha256:9" },
            },
            Never
        );
        await Ledger.RecordTagPoll(
            Look() with
            {
                Seen = new Dictionary<string, string?> { ["latest"] = "sha256:2", ["1.1"] = null },
                Gone = ["1.0", "never-there"],
            },
            Never
        );

        var seen = await Ledger.ReadKnownTags("default", Source, Never);
        Assert.True(seen.Listed);
        Assert.Equal(
            [("1.1", null), ("latest", "sha256:2")],
            seen.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (t.Key, t.Value))
        );
        Assert.Equal((false, 1), await Seen("other"));

        await Ledger.RecordTagPoll(Look() with { Listed = false }, Never);
        Assert.Equal((false, 2), await Seen("default"));
    }

    [Fact]
    public async Task News_is_recorded_as_pushes_and_seen_at_once()
    {
        await Ledger.SetPoll(Guid.NewGuid(), Source, 60, Never);
        var push = Push() with { Sender = "poll", Tag = "1.2", Digest = "sha256:2" };
        await Ledger.RecordTagPoll(Look() with { Seen = new Dictionary<string, string?> { ["1.2"] = "sha256:1" } }, Never);

        await Ledger.RecordTagPoll(Look() with { Pushes = [push] }, Never);

        Assert.Equal([new OpenPush(push, null)], await Ledger.ListOpenPushes(Source, 10, Never));
        Assert.Equal("sha256:2", (await Ledger.ReadKnownTags("default", Source, Never)).Tags["1.2"]);

        // what cannot be recorded is not seen either
        await Assert.ThrowsAsync<LedgerException>(() =>
            Ledger.RecordTagPoll(
                Look() with
                {
                    Listed = true,
                    Pushes = [push with { Tag = "1.3" }, push with { Delivery = "another", Tag = "1.4" }],
                },
                Never
            )
        );
        Assert.Equal((false, 1), await Seen("default"));
    }

    [Fact]
    public async Task What_was_seen_goes_with_the_last_service_that_wants_to_know()
    {
        var (one, row) = (Guid.NewGuid(), Service("two"));
        await Ledger.AddService(row, Never);
        await Ledger.SetPoll(one, Source, 60, Never);
        await Ledger.SetPoll(row.Uuid, Source, 60, Never);
        await Ledger.RecordTagPoll(
            Look() with
            {
                Listed = true,
                Seen = new Dictionary<string, string?> { ["1.0"] = null },
            },
            Never
        );

        await Ledger.SetPoll(one, Source, 90, Never);
        await Ledger.SetPoll(one, "another/source", 90, Never);
        Assert.Equal((true, 1), await Seen("default"));
        await Ledger.RemoveService(row.Uuid, Never);
        Assert.Equal((false, 0), await Seen("default"));

        // a look that was under way leaves nothing behind
        await Ledger.RecordTagPoll(
            Look() with
            {
                Listed = true,
                Seen = new Dictionary<string, string?> { ["1.0"] = null },
            },
            Never
        );
        Assert.Equal((false, 0), await Seen("default"));
    }

    [Fact]
    public async Task Ten_thousand_tags_are_seen_in_one_go()
    {
        await Ledger.SetPoll(Guid.NewGuid(), Source, 60, Never);
        await Ledger.RecordTagPoll(
            Look() with
            {
                Listed = true,
                Seen = Enumerable.Range(0, 10_000).ToDictionary(i => $"v{i}", _ => (string?)null),
            },
            Never
        );
        Assert.Equal((true, 10_000), await Seen("default"));
        await Ledger.RecordTagPoll(Look() with { Gone = [.. Enumerable.Range(0, 9_999).Select(i => $"v{i}")] }, Never);
        Assert.Equal((true, 1), await Seen("default"));
    }

    private static TagPollResult Look() => new("default", Source, null, new Dictionary<string, string?>(), [], []);

    private async Task<(bool, int)> Seen(string organization)
    {
        var seen = await Ledger.ReadKnownTags(organization, Source, Never);
        return (seen.Listed, seen.Tags.Count);
    }
}
