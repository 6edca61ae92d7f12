using AutoDeploy.Api.Http;
using AutoDeploy.Engines;
using AutoDeploy.Hosting;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A service's settings while a request changes them.</summary>
/// <param name="now">When the request came.</param>
/// <param name="settings">Those of the service that is changed; null for a new one.</param>
public sealed class ServiceRequest(DateTimeOffset now, ServiceSettings? settings = null, Guid? uuid = null, string? name = null)
{
    public DateTimeOffset Now => now;

    public ServiceSettings Settings { get; set; } = settings ?? new ServiceSettings();

    /// <summary>The request gives the source, as an image or as a repository.</summary>
    public string? SourceGivenAs { get; private set; }

    /// <summary>A service has one source: giving the one takes the other away.</summary>
    public void SetSource(RequestValue value, string? image, GitSource? git)
    {
        if (SourceGivenAs is not null)
            throw ApiException.BadRequest(
                "`image` and `git_repository` are both given; expected one of them, since a service has one source."
            );
        SourceGivenAs = value.Path;
        Settings = git is null
            ? Settings with
            {
                Image = image,
                Git = null,
                Restrictions = Settings.Git is null ? Settings.Restrictions : [],
            }
            : Settings with
            {
                Image = null,
                Git = git,
                TagPolicy = Settings.Git is null && Settings.Image is not null ? null : Settings.TagPolicy,
            };
    }

    public ContainerSettings Container
    {
        get => Settings.Container;
        set => Settings = Settings with { Container = value };
    }

    public StepTimeouts Limits
    {
        get => Settings.Limits;
        set => Settings = Settings with { Limits = value };
    }

    /// <summary>The service that is changed; null for a new one.</summary>
    public Guid? Uuid { get; } = uuid;

    public string? Name { get; set; } = name;

    /// <summary>The engine as given for a new service; null when none was.</summary>
    public RequestValue? Engine { get; set; }

    /// <summary>Links as given, their services not looked up yet; null when none were given.</summary>
    public List<LinkRequest>? Links { get; set; }

    /// <summary>Bindings as given, their services not looked up yet; null when none were given.</summary>
    public List<VolumeBindingRequest>? Bindings { get; set; }

    /// <summary>Looks up what the request names by name, uuid or uri, and checks what no member can check alone.</summary>
    public async Task<ServiceSettings> Finish(ServiceLookup services, EngineDirectory engines, CancellationToken cancellationToken)
    {
        if (Uuid is null)
            Settings = Settings with { Engine = Choose(await engines.ListNames(cancellationToken)) };
        if (Links is not null)
        {
            var links = new List<ServiceLink>();
            foreach (var link in Links)
            {
                var to = await services.Resolve(link.ToService, Uuid, cancellationToken);
                links.Add(new ServiceLink(to.Uuid, link.Name.Length > 0 ? link.Name : to.Name));
            }

            if (links.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw ApiException.BadRequest($"`linked_to_service` has the name \"{twice.Key}\" twice; expected each name once.");
            Settings = Settings with { Links = [.. links] };
        }

        if (Bindings is not null)
        {
            var bindings = new List<VolumeBinding>();
            foreach (var binding in Bindings)
            {
                var from = binding.VolumesFrom is { } reference ? await services.Resolve(reference, Uuid, cancellationToken) : null;
                if (from is not null && from.Engine != Settings.Engine)
                    throw binding.VolumesFrom!.Value.CreateError(
                        $"is on the engine \"{from.Engine}\"; expected a service on \"{Settings.Engine}\", since engines share no volumes"
                    );
                var volume = binding.Volume is { } named
                    ? await services.ResolveVolume(named, Settings.Engine, Uuid, cancellationToken)
                    : null;
                if (volume is not null && bindings.Any(b => b.Volume == volume.Name))
                    throw binding.Volume!.Value.CreateError($"is the volume {volume.Name} again; expected each once");
                bindings.Add(new VolumeBinding(binding.HostPath, binding.ContainerPath, binding.Rewritable, from?.Uuid, volume?.Name));
            }

            Container = Container with { Bindings = [.. bindings] };
        }

        Check();
        return Settings;
    }

    private string Choose(IReadOnlyList<string> known)
    {
        var expected = known.Count == 0 ? "no silo has reached any engine yet" : $"expected {SentenceText.JoinWithOr(known)}";
        if (Engine is { } given)
            return known.Contains(given.ReadLine())
                ? given.ReadLine()
                : throw given.CreateError($"is \"{ApiException.Shorten(given.ReadLine())}\"; {expected}");
        return known.Contains(EngineNames.Local) ? EngineNames.Local : throw ApiException.BadRequest($"`engine` is missing; {expected}.");
    }

    private void Check()
    {
        if (Settings.Image is null && Settings.Git is null)
            throw ApiException.BadRequest(
                "`image` is missing; expected an image name such as \"acme/api:1.2\", or `git_repository` with a url and a branch."
            );
        if (Settings.Git is not null && Settings.TagPolicy is not null)
            throw ApiException.BadRequest("`tag_policy` is for images; expected null, since the service's source is a git repository.");
        if (Settings.Git is not null && Settings.PollSeconds != 0)
            throw ApiException.BadRequest("`poll_seconds` is for images; expected 0, since the service's source is a git repository.");
        if (Settings.Git is not null && Settings.Verify is not null)
            throw ApiException.BadRequest("`verify` is for images; expected null, since the service's source is a git repository.");
        if (Settings.Git is null && Settings.Restrictions.Length > 0)
            throw ApiException.BadRequest(
                "`deployment_restrictions` are for git repositories; expected none, since the service's source is an image."
            );
        if (Settings.TargetContainers > 1 && Container.Ports.FirstOrDefault(p => p.OuterPort is not null) is { } fixedPort)
            throw ApiException.BadRequest(
                $"`target_num_containers` is {Settings.TargetContainers} and `container_ports` has the fixed outer_port "
                    + $"{fixedPort.OuterPort}; "
                    + "expected 1 container, or no outer_port, since two containers cannot share a port of the host."
            );
        if (Settings.TargetContainers > 1 && Container.Bindings.Any(b => b is { Volume: not null, Rewritable: true }))
            throw ApiException.BadRequest(
                $"`target_num_containers` is {Settings.TargetContainers} and `bindings` names a volume; expected 1 container, or "
                    + "rewritable false, "
                    + "since two containers must not write to one volume."
            );
        if (
            Settings.Overlap == Overlap.True
            && Container.Ports.FirstOrDefault(p => p is { Published: true, OuterPort: not null }) is { } samePort
        )
            throw ApiException.BadRequest(
                $"`overlap` is true and `container_ports` has the fixed outer_port {samePort.OuterPort}; expected auto or false, "
                    + "or no outer_port, "
                    + "since old and new containers cannot share a port of the host."
            );
        if (Container.HostNetwork && Container.Ports.Any(p => p.Published))
            throw ApiException.BadRequest(
                "`container_ports` has published ports and `net` is \"host\"; expected none, since all ports of such a container "
                    + "are the host's."
            );
        if (Container.HostNetwork && Settings.Links.Length > 0)
            throw ApiException.BadRequest(
                "`linked_to_service` has links and `net` is \"host\"; expected none, since names are known only on our own network."
            );
        ContainerOptionsBinding.Check(Container);
        if (Container.MemorySwap is { } swap && swap != -1 && (Container.Memory is not { } memory || swap < memory))
            throw ApiException.BadRequest(
                "`memory_swap` counts memory and swap together; expected -1, or at least as much as `memory`, which has to be set too."
            );

        // all engines are of this kind: nobody has to be asked which one the service's is
        if (EngineCapabilities.FindObjection(EngineKind.DockerHost, Settings) is { } objection)
            throw ApiException.BadRequest(objection);
    }
}
