using System.Collections.Immutable;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Orleans.Storage;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

/// <summary>What the grains' storage promises, whatever the database.</summary>
public abstract class GrainStorageContract : IAsyncLifetime
{
    protected static readonly GrainId Grain = GrainId.Create("service", "0b000000-0000-0000-0000-000000000001");

    private SqlLedger _ledger = null!;
    private IGrainStorage _storage = null!;

    public async Task InitializeAsync()
    {
        _ledger = await OpenLedger();
        _storage = await OpenStorage(_ledger);
    }

    public virtual async Task DisposeAsync() => await _ledger.DisposeAsync();

    /// <summary>The test's own; a second time, after the first was closed, with the same content.</summary>
    protected abstract Task<SqlLedger> OpenLedger();

    protected abstract Task<IGrainStorage> OpenStorage(SqlLedger ledger);

    /// <summary>The JSON of the only state that there is.</summary>
    protected abstract string StoredJson();

    /// <summary>Changes the JSON of the only state that there is.</summary>
    protected abstract void Replace(string json);

    protected IGrainStorage Storage => _storage;

    public enum SampleColour
    {
        Red,
        Green,
    }

    public sealed record SampleState
    {
        public string Name { get; init; } = "nameless";

        public SampleColour? Colour { get; init; }

        public ImmutableArray<SampleColour> Colours { get; init; } = [];

        public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

        public ImageName? Image { get; init; }

        public string Computed => throw new InvalidOperationException("what is computed is not stored");
    }

    public sealed record SampleWithRequired
    {
        public required Guid Uuid { get; init; }

        public required string? Text { get; init; }

        public ContainerPort? Port { get; init; }
    }

    [Fact]
    public async Task What_was_never_written_is_new()
    {
        var state = new GrainState<SampleState>(new SampleState { Name = "left over" }) { ETag = "1", RecordExists = true };

        await _storage.ReadStateAsync("sample", Grain, state);

        Assert.Equal("nameless", state.State!.Name);
        Assert.Equal((null, false), (state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task What_was_written_is_read()
    {
        var written = new GrainState<SampleState>(
            new SampleState
            {
                Name = "äpi",
                Colour = SampleColour.Green,
                Colours = [SampleColour.Red, SampleColour.Green],
                Labels = ImmutableDictionary<string, string>.Empty.Add("k", "v"),
                Image = ImageName.Parse("acme/api:1@sha256:" + new string('a', 64)),
            }
        );
        await _storage.WriteStateAsync("sample", Grain, written);
        Assert.True(written.RecordExists);

        var read = await Read<SampleState>();

        Assert.Equal(
            ("äpi", SampleColour.Green, "v", written.State!.Image),
            (read.State!.Name, read.State.Colour, read.State.Labels["k"], read.State.Image)
        );
        Assert.Equal([SampleColour.Red, SampleColour.Green], read.State.Colours.ToArray());
        Assert.Equal((written.ETag, true), (read.ETag, read.RecordExists));
    }

    [Fact]
    public async Task A_whole_service_is_read_as_it_was_written()
    {
        var service = new Service
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "api",
            Settings = new ServiceSettings
            {
                Image = "docker.io/acme/api:latest",
                Container = new ContainerSettings
                {
                    Ports = [new ContainerPort("tcp", 80, null, true)],
                    Environment = [new EnvironmentVariable("A", "b")],
                    Autorestart = AutorestartPolicy.OnFailure,
                    Memory = 64,
                },
                HealthCheck = new HealthCheck(80, "/", 0.5, 3, 3, 0),
                Tags = ["x"],
            },
            Status = ServiceStatus.PartlyRunning,
            Current = new ServiceVersion
            {
                Image = ImageName.Parse("acme/api"),
                Digest = "sha256:1",
                Time = Noon,
            },
            Containers =
            [
                new ContainerView
                {
                    Uuid = Guid.NewGuid(),
                    Id = "1",
                    Name = "api-1",
                    Slot = 1,
                    Running = true,
                    Image = "api",
                    Started = Noon,
                },
            ],
            Created = Noon,
        };
        await _storage.WriteStateAsync("service", Grain, new GrainState<Service>(service));

        var read = (await Read<Service>("service")).State!;

        Assert.Equal(service.Settings.Container.Ports.ToArray(), read.Settings.Container.Ports.ToArray());
        Assert.Equal(service.Settings.Container.Environment.ToArray(), read.Settings.Container.Environment.ToArray());
        Assert.Equal(service.Containers.Single() with { Ports = [] }, read.Containers.Single() with { Ports = [] });
        Assert.Equal((service.Status, service.Current, service.Created), (read.Status, read.Current, read.Created));
        Assert.Equal(service.Settings.HealthCheck, read.Settings.HealthCheck);
        Assert.Equal(service.Settings.Container.Autorestart, read.Settings.Container.Autorestart);
        Assert.False(read.Failed.IsDefault);
    }

    [Fact]
    public async Task States_of_other_names_and_grains_are_others()
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState { Name = "mine" }));

        Assert.False((await Read<SampleState>("other")).RecordExists);
        var other = new GrainState<SampleState>();
        await _storage.ReadStateAsync("sample", GrainId.Create("service", "other"), other);
        Assert.False(other.RecordExists);
    }

    [Fact]
    public async Task Each_write_changes_the_etag()
    {
        var state = new GrainState<SampleState>(new SampleState());
        List<string?> etags = [];
        for (var i = 0; i < 5; i++)
        {
            await _storage.WriteStateAsync("sample", Grain, state);
            etags.Add(state.ETag);
        }

        Assert.Equal(5, etags.Distinct().Count());
        Assert.Equal(etags[^1], (await Read<SampleState>()).ETag);
    }

    [Fact]
    public async Task A_write_on_a_state_that_somebody_else_changed_is_refused()
    {
        var mine = new GrainState<SampleState>(new SampleState { Name = "mine" });
        await _storage.WriteStateAsync("sample", Grain, mine);
        var theirs = await Read<SampleState>();
        theirs.State = new SampleState { Name = "theirs" };
        await _storage.WriteStateAsync("sample", Grain, theirs);
        var etag = mine.ETag;

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("sample", Grain, mine));

        Assert.Equal(etag, mine.ETag);
        Assert.Equal("theirs", (await Read<SampleState>()).State!.Name);
    }

    [Fact]
    public async Task A_first_write_of_what_somebody_else_wrote_is_refused()
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState { Name = "theirs" }));

        await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState { Name = "mine" }))
        );

        Assert.Equal("theirs", (await Read<SampleState>()).State!.Name);
    }

    [Fact]
    public async Task A_write_of_what_was_cleared_is_refused()
    {
        var mine = new GrainState<SampleState>(new SampleState());
        await _storage.WriteStateAsync("sample", Grain, mine);
        await _storage.ClearStateAsync("sample", Grain, await Read<SampleState>());

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("sample", Grain, mine));

        Assert.False((await Read<SampleState>()).RecordExists);

        // nor when it was written anew meanwhile, as often as before
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState { Name = "new" }));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("sample", Grain, mine));
    }

    [Fact]
    public async Task A_cleared_state_is_new_again()
    {
        var state = new GrainState<SampleState>(new SampleState { Name = "api" });
        await _storage.WriteStateAsync("sample", Grain, state);

        await _storage.ClearStateAsync("sample", Grain, state);

        Assert.Equal(("nameless", null, false), (state.State!.Name, state.ETag, state.RecordExists));
        Assert.False((await Read<SampleState>()).RecordExists);
        await _storage.ClearStateAsync("sample", Grain, state);
        await _storage.WriteStateAsync("sample", Grain, state);
        Assert.True((await Read<SampleState>()).RecordExists);
    }

    [Fact]
    public async Task Clearing_a_state_that_somebody_else_changed_is_refused()
    {
        var mine = new GrainState<SampleState>(new SampleState());
        await _storage.WriteStateAsync("sample", Grain, mine);
        await _storage.WriteStateAsync("sample", Grain, await Read<SampleState>());

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("sample", Grain, mine));

        Assert.True((await Read<SampleState>()).RecordExists);
    }

    [Fact]
    public async Task An_array_that_was_never_set_is_an_empty_one()
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState { Colours = default }));

        Assert.Equal([], (await Read<SampleState>()).State!.Colours.ToArray());
    }

    [Fact]
    public async Task Enums_are_stored_by_name()
    {
        await _storage.WriteStateAsync(
            "sample",
            Grain,
            new GrainState<SampleState>(new SampleState { Colour = SampleColour.Green, Colours = [SampleColour.Green] })
        );

        Assert.Contains("\"Colour\":\"Green\",\"Colours\":[\"Green\"]", StoredJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Name":"api","Unknown":{"x":[1]},"Colours":null}""", "api")]
    [InlineData("{}", "nameless")]
    public async Task A_state_of_another_version_is_read_as_far_as_it_is_known(string json, string name)
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState()));
        Replace(json);

        var read = (await Read<SampleState>()).State!;

        Assert.Equal(name, read.Name);
        Assert.Equal([], read.Colours.ToArray());
        Assert.Empty(read.Labels);
    }

    [Fact]
    public async Task A_required_member_that_an_older_version_did_not_have_gets_its_default()
    {
        await _storage.WriteStateAsync(
            "sample",
            Grain,
            new GrainState<SampleWithRequired>(new SampleWithRequired { Uuid = Guid.NewGuid(), Text = "x" })
        );
        Replace("""{"Port":{"Protocol":"udp"}}""");

        var read = (await Read<SampleWithRequired>()).State!;

        Assert.Equal(
            new SampleWithRequired
            {
                Uuid = Guid.Empty,
                Text = null,
                Port = new ContainerPort("udp", 0, null, false),
            },
            read
        );
        Assert.Equal(Guid.Empty, (await New<SampleWithRequired>()).Uuid);
    }

    [Fact]
    public async Task A_service_from_before_engines_had_names_is_on_the_one_that_there_was()
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<ServiceState>(new ServiceState()));
        Replace("""{"Service":{"Name":"api","Settings":{"Image":"docker.io/acme/api:1"}}}""");

        Assert.Equal("local", (await Read<ServiceState>()).State!.Service!.Settings.Engine);
    }

    [Fact]
    public async Task Names_of_types_are_not_stored()
    {
        await _storage.WriteStateAsync(
            "sample",
            Grain,
            new GrainState<SampleState>(new SampleState { Image = ImageName.Parse("acme/api:1") })
        );

        Assert.DoesNotContain(nameof(AutoDeploy), StoredJson(), StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(SampleState), StoredJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("$type", StoredJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_outlives_the_process()
    {
        var state = new GrainState<SampleState>(new SampleState { Name = "api" });
        await _storage.WriteStateAsync("sample", Grain, state);
        await _ledger.DisposeAsync();
        _ledger = await OpenLedger();
        _storage = await OpenStorage(_ledger);

        var read = await Read<SampleState>();

        Assert.Equal(("api", state.ETag), (read.State!.Name, read.ETag));
    }

    [Fact]
    public async Task Of_many_that_write_on_one_state_at_once_one_succeeds()
    {
        await _storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState()));
        var states = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Read<SampleState>()));

        var written = await Task.WhenAll(
            states.Select(state =>
                Task.Run(async () =>
                {
                    try
                    {
                        await _storage.WriteStateAsync("sample", Grain, state);
                        return true;
                    }
                    catch (InconsistentStateException)
                    {
                        return false;
                    }
                })
            )
        );

        Assert.Single(written, true);
    }

    protected async Task<GrainState<T>> Read<T>(string name = "sample")
    {
        var state = new GrainState<T>();
        await _storage.ReadStateAsync(name, Grain, state);
        return state;
    }

    private async Task<T> New<T>() => (await Read<T>("never written")).State!;
}
