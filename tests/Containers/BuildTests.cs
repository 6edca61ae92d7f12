using System.Text.Json.Nodes;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class BuildTests(DockerFixture docker) : DockerTests(docker)
{
    [Fact]
    public async Task An_image_is_built_and_tells_its_lines_in_order()
    {
        var lineCollector = new LineCollector();
        var built = await Build(
            Given() with
            {
                Dockerfile = "docker/Dockerfile.prod",
                Arguments = new Dictionary<string, string> { ["GREETING"] = "hello, \"you\" & ünïcode" },
                Target = "wanted",
                Labels = new Dictionary<string, string> { ["autodeploy.commit"] = "abc", ["of"] = "the \\ $request ${HOME}" },
            },
            BuildFiles.Tar(
                null,
                (
                    "docker/Dockerfile.prod",
                    BuildFiles.FromNothing
                        + $$"""
                        ARG GREETING
                        RUN echo one "$GREETING" {{ServiceId}} && printf 'two\nthree\r\nfour'
                        RUN printf '\033[31mred\033[0m\a \033]0;title\007text\n10%%\r55%%\r100%%\n\tcolumn\n'
                        RUN echo "to stderr" >&2
                        FROM base AS wanted
                        LABEL of=dockerfile other=dockerfile autodeploy.build=dockerfile autodeploy.service={{ServiceId}}
                        COPY greeting /
                        CMD ["cat", "/greeting"]
                        FROM base AS last
                        RUN false

                        """
                ),
                ("greeting", "good morning\n")
            ),
            lineCollector
        );

        string[] expected =
        [
            "one hello, \"you\" & ünïcode " + ServiceId,
            "two",
            "three",
            "four",
            "red text",
            "100%",
            "\tcolumn",
            "to stderr",
        ];
        Assert.Equal(expected, lineCollector.All.Where(expected.Contains));
        Assert.All(lineCollector.All, line => Assert.DoesNotContain(line, character => char.IsControl(character) && character != '\t'));
        Assert.StartsWith("Step 1/", lineCollector.All[0], StringComparison.Ordinal);
        Assert.Contains(lineCollector.All, line => line.StartsWith("Successfully built ", StringComparison.Ordinal));

        Assert.Equivalent(built, await Engine.FindImage(built.Id, None));
        Assert.Equivalent(built, await Engine.FindImage(Name().ToString(), None));
        Assert.Equal(
            [("autodeploy.build", Key()), ("autodeploy.commit", "abc"), ("of", "the \\ $request ${HOME}"), ("other", "dockerfile")],
            (await Labels(built.Id)).Where(label => label.Item2.Length > 0).OrderBy(label => label.Item1, StringComparer.Ordinal)
        );
        Assert.Empty(await Containers());
    }

    [Fact]
    public async Task Triggers_for_those_who_build_upon_an_image_are_not_run()
    {
        var lineCollector = new LineCollector();
        var built = await Build(
            Given(),
            BuildFiles.Tar(BuildFiles.FromNothing + $"ONBUILD RUN echo {ServiceId} && false\n"),
            lineCollector
        );

        Assert.Equivalent(built, await Engine.FindImage(Name().ToString(), None));
        Assert.Contains(lineCollector.All, line => line.Contains("ONBUILD triggers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_built_images_health_check_is_read()
    {
        var built = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"HEALTHCHECK --interval=7s CMD test -f /{ServiceId}\n"));

        Assert.Equal(["/bin/sh", "-c", $"test -f /{ServiceId}"], built.HealthCheck!.Command);
        Assert.Equal(7, built.HealthCheck.Interval.TotalSeconds);
        Assert.Equal(built.Id, (await Engine.FindImage(built.Id, None))!.Id);
    }

    [Fact]
    public async Task A_step_that_fails_fails_the_build_with_the_engines_words_after_its_lines()
    {
        var lineCollector = new LineCollector();
        var e = await Fails(
            BuildFiles.Tar(BuildFiles.FromNothing + $"RUN printf 'so far\\n{ServiceId}, no line end' && false\nRUN echo never\n"),
            lineCollector
        );

        Assert.Equal(EngineFault.Refused, e.Fault);
        Assert.Equal(
            $"The build failed: The command '/bin/sh -c printf 'so far\\n{ServiceId}, no line end' && false' returned a non-zero code: 1.",
            e.Message
        );
        Assert.Equal(["so far", $"{ServiceId}, no line end"], lineCollector.All.Skip(lineCollector.All.ToList().IndexOf("so far")).Take(2));
        Assert.DoesNotContain("never", lineCollector.All);
        Assert.Null(await Engine.FindImage(Name().ToString(), None));
        Assert.Empty(await Containers());
    }

    [Fact]
    public async Task A_long_command_that_fails_is_cut_where_it_says_least()
    {
        var e = await Fails(BuildFiles.Tar(BuildFiles.FromNothing + $"RUN echo {new string('x', 2000)} && false\n"));

        Assert.StartsWith("The build failed: The command '/bin/sh -c echo xxx", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("xxx && false' returned a non-zero code: 1.", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 500, 700);
    }

    public static TheoryData<string, string?, string> Unfit =>
        new()
        {
            { "no Dockerfile", null, "Dockerfile" },
            { "an empty one", "", "empty" },
            { "unknown instruction", "FROM scratch\nFOO bar\n", "unknown instruction: FOO" },
            { "no such stage to copy from", "FROM scratch\nCOPY --from=nowhere.invalid/none /a /b\n", "nowhere.invalid" },
            { "no such file to copy", BuildFiles.FromNothing + "COPY missing /\n", "missing" },
            { "no such image to begin with", "FROM 127.0.0.1:1/none:1\n", "127.0.0.1:1" },
        };

    [Theory, MemberData(nameof(Unfit))]
    public async Task A_Dockerfile_that_cannot_be_built_is_refused_with_the_engines_words(string what, string? dockerfile, string words)
    {
        var e = await Fails(BuildFiles.Tar(dockerfile));

        Assert.True(e.Fault == EngineFault.Refused, what);
        Assert.StartsWith("The build failed: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_target_is_refused()
    {
        var e = await Assert.ThrowsAsync<EngineException>(() =>
            Build(Given() with { Target = "nowhere" }, BuildFiles.Tar(BuildFiles.FromNothing))
        );

        Assert.Equal(EngineFault.Refused, e.Fault);
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_is_no_tar_is_refused()
    {
        var e = await Fails(new MemoryStream([.. Enumerable.Repeat((byte)'x', 10_000)]));

        Assert.Equal(EngineFault.Refused, e.Fault);
    }

    [Fact]
    public async Task Cancelling_stops_the_build_and_leaves_no_container()
    {
        using var cancel = new CancellationTokenSource();
        var lineCollector = new LineCollector();
        var build = Engine.Build(
            Given(),
            BuildFiles.Tar(BuildFiles.FromNothing + $"RUN echo started {ServiceId} && sleep 3600\nRUN echo {ServiceId} came here\n"),
            lineCollector,
            cancel.Token
        );
        await Eventually.Until(() => lineCollector.All.Contains($"started {ServiceId}"));
        Assert.Single(await Containers());

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        await Eventually.Until(async () => (await Containers()).Count == 0, "the build's container is gone");
        Assert.Null(await Engine.FindImage(Name().ToString(), None));
    }

    [Fact]
    public async Task A_context_that_cannot_be_read_is_told_as_it_is()
    {
        var failure = new InvalidDataException("The repository is damaged.");

        Assert.Same(
            failure,
            await Assert.ThrowsAsync<InvalidDataException>(() =>
                Build(Given(), new FailingStream(BuildFiles.Tar(BuildFiles.FromNothing), failure))
            )
        );
    }

    [Fact]
    public async Task An_image_to_begin_with_is_pulled_with_its_credentials_and_told_in_few_lines()
    {
        await using var registry = await RegistryServer.Start(new RegistryServerOptions { Username = "deploy", Password = "p~>?x-secret" });
        var content = new Dictionary<string, string>
        {
            ["big"] = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{ServiceId}{i}")),
        };
        await (TestImage.Web($"{ServiceId}") with { Files = content }).Push(registry, "tests/begin", "1");
        // written as it is in the registry's own name and in no other
        var context = () => BuildFiles.Tar($"FROM {registry.Host}/tests/begin:1\nRUN echo \"built upon\"\n");

        var anonymous = await Fails(context());
        Assert.Equal(EngineFault.Refused, anonymous.Fault);
        Assert.Contains("no basic auth credentials", anonymous.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<EngineException>(() =>
            Build(Given() with { Credentials = [new RegistryCredential(registry.Host, "deploy", "wrong-secret")] }, context())
        );
        Assert.DoesNotContain("wrong-secret", wrong.ToString(), StringComparison.Ordinal);

        var lineCollector = new LineCollector();
        var credentials = new[]
        {
            new RegistryCredential(ImageName.DockerHub, "other", "other"),
            new RegistryCredential(registry.Host, "deploy", "p~>?x-secret"),
        };
        await Build(Given() with { Credentials = credentials }, context(), lineCollector);
        Assert.Contains("built upon", lineCollector.All);
        Assert.Contains(lineCollector.All, line => line.EndsWith("Pull complete", StringComparison.Ordinal));
        Assert.InRange(lineCollector.All.Count, 8, 25);
    }

    [Fact]
    public async Task An_image_gets_another_name()
    {
        var built = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV S={ServiceId}\n"));

        await Engine.Tag(built.Id, Name("other"), None);
        await Engine.Tag(built.Id, Name("other"), None);

        Assert.Equivalent(built, await Engine.FindImage(Name("other").ToString(), None));
        Assert.Equivalent(built, await Engine.FindImage(Name().ToString(), None));
        var e = await Assert.ThrowsAsync<EngineException>(() => Engine.Tag("sha256:" + new string('1', 64), Name("third"), None));
        Assert.Equal(EngineFault.NotFound, e.Fault);
    }

    [Fact]
    public async Task A_built_image_is_removed_with_its_name()
    {
        var built = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV S={ServiceId}\n"));

        Assert.True(await Engine.RemoveImage(Name(), built.Id, None));

        Assert.Null(await Engine.FindImage(built.Id, None));
        Assert.Null(await Engine.FindImage(Name().ToString(), None));
        Assert.True(await Engine.RemoveImage(Name(), built.Id, None));
    }

    [Fact]
    public async Task A_built_image_whose_name_is_anothers_now_is_removed_alone()
    {
        var old = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV N=1 S={ServiceId}\n"));
        var young = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV N=2 S={ServiceId}\n"));

        Assert.True(await Engine.RemoveImage(Name(), old.Id, None));

        Assert.Null(await Engine.FindImage(old.Id, None));
        Assert.Equivalent(young, await Engine.FindImage(Name().ToString(), None));
    }

    [Fact]
    public async Task A_built_image_that_has_another_name_stays()
    {
        var old = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV N=1 S={ServiceId}\n"));
        await Engine.Tag(old.Id, Name("kept"), None);

        // its name goes, and again with that name gone
        Assert.False(await Engine.RemoveImage(Name(), old.Id, None));
        Assert.Null(await Engine.FindImage(Name().ToString(), None));
        Assert.False(await Engine.RemoveImage(Name(), old.Id, None));
        Assert.Equivalent(old, await Engine.FindImage(Name("kept").ToString(), None));

        // and with its name another's
        var young = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV N=2 S={ServiceId}\n"));
        Assert.False(await Engine.RemoveImage(Name(), old.Id, None));
        Assert.Equivalent(old, await Engine.FindImage(Name("kept").ToString(), None));
        Assert.Equivalent(young, await Engine.FindImage(Name().ToString(), None));
        Assert.True(await Engine.RemoveImage(Name("kept"), old.Id, None));
    }

    [Fact]
    public async Task A_built_image_that_a_container_uses_stays_with_its_name()
    {
        var built = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"CMD [\"echo\", \"{ServiceId}\"]\n"));
        var id = await Engine.Create(SpecOf(built), None);

        Assert.False(await Engine.RemoveImage(Name(), built.Id, None));
        Assert.Equivalent(built, await Engine.FindImage(Name().ToString(), None));

        // without a name, too
        await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"ENV S={ServiceId}\n"));
        Assert.False(await Engine.RemoveImage(Name(), built.Id, None));
        Assert.Equivalent(built, await Engine.FindImage(built.Id, None));

        await Engine.Remove(id, None);
        Assert.True(await Engine.RemoveImage(Name(), built.Id, None));
        Assert.Null(await Engine.FindImage(built.Id, None));
    }

    [Fact]
    public async Task A_container_runs_from_an_images_id_and_carries_the_commit()
    {
        var built = await Build(Given(), BuildFiles.Tar(BuildFiles.FromNothing + $"CMD [\"echo\", \"from {ServiceId}\"]\n"));
        var spec = SpecOf(built);

        var container = await Docker.Run(spec);

        await Eventually.Until(async () => (await Engine.ReadLogs(container.Id, 10, None)).Contains($"from {ServiceId}"));
        Assert.Equal(spec.Labels, (await Docker.FindContainer(container.Id)).Labels);
        Assert.Equal(new string('c', 40), container.Labels.Commit);
        var labels = JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{container.Id}/json"))!["Config"]!["Labels"]!;
        Assert.Equal(new string('c', 40), labels["autodeploy.commit"]!.GetValue<string>());

        var pulled = await Docker.Run(await CreateSpec(TestImage.Web("1")));
        Assert.Null(pulled.Labels.Commit);
    }

    private ImageName Name(string tag = "built") => ImageName.Parse($"autodeploy.local/tests/{ServiceId:n}:{tag}");

    private string Key() => $"key/{ServiceId}=1, \"quoted\"";

    private BuildSpec Given() =>
        new()
        {
            Name = Name(),
            Key = Key(),
            Dockerfile = "Dockerfile",
        };

    private ContainerSpec SpecOf(EngineImage built) =>
        new()
        {
            Name = $"test-{Guid.NewGuid():n}",
            Image = built.Id,
            Labels = new ContainerLabels
            {
                ServiceId = ServiceId,
                DeploymentId = Guid.NewGuid(),
                ContainerId = Guid.NewGuid(),
                Slot = 1,
                Image = Name().ToString(),
                Digest = built.Id,
                Commit = new string('c', 40),
            },
        };

    private Task<EngineImage> Build(BuildSpec spec, Stream context, LineCollector? lineCollector = null) =>
        Engine.Build(spec, context, lineCollector ?? new LineCollector(), None);

    private Task<EngineException> Fails(Stream context, LineCollector? lineCollector = null) =>
        Assert.ThrowsAsync<EngineException>(() => Build(Given(), context, lineCollector));

    private async Task<IEnumerable<(string, string)>> Labels(string image) =>
        JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"images/{image}/json"))!["Config"]!["Labels"]!
            .AsObject()
            .Select(label => (label.Key, label.Value!.GetValue<string>()));

    /// <summary>Those of this test's builds: each command has the service in it.</summary>
    private async Task<IReadOnlyList<JsonNode?>> Containers() =>
        [
            .. JsonNode
                .Parse(await Docker.CallDocker(HttpMethod.Get, "containers/json?all=1"))!
                .AsArray()
                .Where(container => container!["Command"]!.GetValue<string>().Contains($"{ServiceId}", StringComparison.Ordinal)),
        ];

    /// <summary>Ends with an exception instead of its last bytes.</summary>
    private sealed class FailingStream(MemoryStream inner, Exception failure) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            inner.Length - inner.Position is > 2000 and var left
                ? inner.Read(buffer, offset, (int)Math.Min(count, left - 1000))
                : throw failure;

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
