using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Notifications of distribution (registry:2 and :3, GitLab's registry): an envelope of events, most of which concern blobs. An
/// answer other than 2xx makes the registry send the same again for ever, and nothing after it.
/// </summary>
public sealed class DistributionRegistrySender : ISender
{
    private const string Expected =
        "expected a registry's notification, {\"events\": [{\"id\": …, \"action\": …, \"target\": …, \"request\": …}]}";

    public string Name => "registry";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "registry: a notification of distribution (registry:2 and :3), which the registry of a self-managed GitLab sends too, "
        + "`{\"events\": […]}`. If the hook has a secret, the endpoint's `headers` in the "
        + "registry's configuration have to send it: `Authorization` with the secret itself, `Bearer` and the secret, or Basic "
        + $"with it as the password, or `{HookSecret.Header}`.";

    public IReadOnlyList<string> ContentTypes =>
        ["application/vnd.docker.distribution.events.v1+json", "application/vnd.docker.distribution.events.v2+json", "application/json"];

    public string[] DeliveryHeaders { get; } = [];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.RegistryEnvelope, Expected, out var error) is not { } envelope)
            return HookReading.Unreadable(error!);
        if (envelope.Events is not { } events)
            return HookReading.Unreadable($"`events` is missing; {Expected}.");

        var pushes = new ImagePushCollector(CommonPushFactory.Create(this, hook, "", null, received), Expected, forgiving: true);
        for (var i = 0; i < events.Count; i++)
            if (events[i] is { } e)
                e.AddTo(pushes, $"events[{i}].");
        return pushes.Read("The envelope has no events.");
    }
}
