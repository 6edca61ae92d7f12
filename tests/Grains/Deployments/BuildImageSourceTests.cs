using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>
/// Which image is taken for a commit: what the ledger knows to have been built, and nothing that an image says of itself.
/// </summary>
public sealed class BuildImageSourceTests
{
    private static readonly string Commit = new('c', 40);
    private static readonly string Built = "sha256:" + new string('1', 64);
    private static readonly string New = "sha256:" + new string('2', 64);

    private readonly Dictionary<(string Engine, string Key), string> _builds = [];
    private readonly HashSet<string> _images = [];
    private readonly List<BuildSpec> _specs = [];

    [Fact]
    public async Task A_commit_is_built_once_for_an_engine_and_its_image_found_by_the_ledgers_record()
    {
        Assert.Equal(New, await Acquire("west"));
        Assert.Equal(New, await Acquire("west"));
        Assert.Single(_specs);

        await Acquire("east");
        Assert.Equal(2, _specs.Count);
    }

    [Fact]
    public async Task What_is_on_record_and_not_on_the_engine_any_more_is_built_again()
    {
        await Acquire("west");
        _images.Clear();

        Assert.Equal(New, await Acquire("west"));
        Assert.Equal(2, _specs.Count);
    }

    [Fact]
    public async Task A_key_says_nothing_to_an_engine_whatever_its_images_say()
    {
        // as an image that was labeled with the key: the engine has it, and the ledger does not know it
        _images.Add(Built);

        Assert.Equal(New, await Acquire("west"));
    }

    [Fact]
    public async Task Organizations_share_no_builds()
    {
        await Acquire("west");
        await Acquire("west", organization: "other");

        Assert.Equal(2, _specs.Count);
        Assert.NotEqual(_specs[0].Key, _specs[1].Key);
    }

    private async Task<string> Acquire(string engine, string organization = OrganizationNames.Default)
    {
        var git = new GitSource { Url = "https://git.example.org/acme/shop.git", Branch = "main" };
        var service = new Service
        {
            Uuid = Guid.NewGuid(),
            Organization = organization,
            Name = "shop",
            Settings = new ServiceSettings { Git = git },
            Created = default,
        };
        var deployment = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = service.Uuid,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause { Kind = CauseKind.Push },
            Commit = Commit,
            Step = DeploymentStep.Build,
            Engine = engine,
            Created = default,
        };
        var tools = new DeploymentTools(
            Fake.Create<ILedger>(
                (method, arguments) =>
                    method switch
                    {
                        nameof(ILedger.FindBuild) => Task.FromResult(
                            _builds.GetValueOrDefault(((string)arguments[0]!, (string)arguments[1]!))
                        ),
                        nameof(ILedger.RecordBuild) => Record(arguments),
                        nameof(ILedger.UpdateDeployment) => Task.FromResult(true),
                        nameof(ILedger.ListRegistries) => Task.FromResult(new Page<RegistryAccount>(0, [])),
                        nameof(ILedger.ListGitHosts) => Task.FromResult(new Page<GitHost>(0, [])),
                        nameof(ILedger.AppendLog) => Task.CompletedTask,
                        _ => null,
                    }
            ),
            new FakeEngineProvider(
                (method, arguments) =>
                    method switch
                    {
                        nameof(IImageBuilder.FindImage) => Task.FromResult(
                            _images.Contains((string)arguments[0]!) ? new EngineImage((string)arguments[0]!, null) : null
                        ),
                        nameof(IImageBuilder.Build) => Build((BuildSpec)arguments[0]!),
                        nameof(IImageBuilder.Tag) => Task.CompletedTask,
                        _ => null,
                    }
            ),
            Fake.Create<IRegistry>((_, _) => null),
            Fake.Create<IGit>(
                (method, _) =>
                    method switch
                    {
                        nameof(IGit.Fetch) => Task.FromResult(new GitCommit(Commit, default, "")),
                        nameof(IGit.OpenContext) => Task.FromResult(new BuildContext(Stream.Null, "Dockerfile")),
                        _ => null,
                    }
            ),
            new BuildCoordinator(new DeploymentOptions()),
            new DeploymentOptions(),
            TimeProvider.System,
            Fake.Create<IGrainFactory>((_, _) => Fake.Create<IServiceGrain>((_, _) => Task.CompletedTask))
        );
        using var context = new DeploymentContext(deployment, service, tools, new CancellationSignals(), engineWasAway: false, default);
        var version = await context.ImageSource.ResolveVersion(default) with { Digest = null };
        return (await context.ImageSource.Acquire(version, default)).Image.Id;
    }

    private Task Record(object?[] arguments)
    {
        _builds[((string)arguments[0]!, (string)arguments[1]!)] = (string)arguments[2]!;
        return Task.CompletedTask;
    }

    private Task<EngineImage> Build(BuildSpec spec)
    {
        _specs.Add(spec);
        _images.Add(New);
        return Task.FromResult(new EngineImage(New, null));
    }
}
