using AutoDeploy.Deployments;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Things that tests begin with.</summary>
public static class LedgerSamples
{
    public const string Source = "docker.io/acme/api";

    /// <summary>With 100 ns, which have to survive.</summary>
    public static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    public static readonly CancellationToken Never = CancellationToken.None;

    public static SqlLedger Closed(string data, TimeProvider? time = null, string? key = null) =>
        new(new LedgerOptions { DataDirectory = data, SecretKey = key }, time ?? TimeProvider.System, NullLogger<SqlLedger>.Instance);

    public static async Task<SqlLedger> OpenLedger(string data, TimeProvider? time = null, string? key = null)
    {
        var ledger = Closed(data, time, key);
        await ledger.Open(Never);
        return ledger;
    }

    public static Push Push(string delivery = "1", string source = Source) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Sender = "registry",
            HookId = new Guid("11111111-2222-3333-4444-abcdefabcdef"),
            Delivery = delivery,
            Source = source,
            Tag = "latest",
            Digest = "sha256:" + new string('a', 64),
            Deleted = true,
            Pusher = "ida",
            Received = Noon,
            Organization = OrganizationNames.Default,
        };

    public static Push GitPush(string delivery = "1") =>
        Push(delivery, "git:github.com/acme/api") with
        {
            Sender = "github",
            Tag = "",
            Digest = null,
            Deleted = false,
            Ref = "refs/heads/feature/ünderscore",
            Commit = new string('c', 40),
            SkipAsked = true,
        };

    public static ServiceRow Service(string name = "api", string organization = OrganizationNames.Default) =>
        new(Guid.NewGuid(), organization, name, ServiceStatus.NotRunning, Noon);

    public static Verdict Verdict(Guid pushId, Guid serviceId, Guid? deploymentId = null) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            PushId = pushId,
            ServiceId = serviceId,
            Kind = deploymentId is null ? VerdictKind.Skip : VerdictKind.Deploy,
            Reason = deploymentId is null ? VerdictReasons.AutoredeployOff : VerdictReasons.New,
            Detail = "Autoredeploy is “off” for this service.",
            DeploymentId = deploymentId,
            Received = Noon,
        };

    public static Deployment Deployment(Guid serviceId, DateTimeOffset? created = null) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId,
            Operation = Operation.Redeploy,
            State = DeploymentState.Pending,
            Cause = new DeploymentCause
            {
                Kind = CauseKind.Push,
                PushId = Guid.NewGuid(),
                Text = "push of acme/api:latest by ida",
                User = "ida",
                Ip = "192.0.2.7",
                Method = "POST",
                Path = "/hooks/registry/…",
                UserAgent = "Go-http-client/2.0",
            },
            Image = "docker.io/acme/api:latest",
            ReuseVolumes = false,
            RemoveVolumes = true,
            Created = created ?? Noon,
        };

    public static Deployment AsEnded(this Deployment deployment, DateTimeOffset ended, DeploymentState state = DeploymentState.Success) =>
        deployment with
        {
            State = state,
            Ended = ended,
            Result = "Done.",
        };

    public static Hook Hook(string key = "k-0123456789abcdef0123456789abcdef") =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Sender = "dockerhub",
            Key = key,
            Secret = "what the sender signs with",
            Created = Noon,
        };

    public static Delivery Delivery(Hook hook, DateTimeOffset? received = null) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            HookId = hook.Uuid,
            Received = received ?? Noon,
            SenderId = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            ContentType = "application/json; charset=utf-8",
            Bytes = 3_000_000_000,
            RedeliveredFrom = Guid.NewGuid(),
            Outcome = new DeliveryOutcome(202, "2 pushes recorded", [Guid.NewGuid(), Guid.NewGuid()]),
            HasBody = true,
        };

    /// <summary>With bytes that are no text, and a header like a URL.</summary>
    public static DeliveryContent Content() =>
        new(
            [new("X-GitHub-Event", "push"), new("X-Empty", ""), new("Referer", "https://acme.com:8080/über")],
            "{\"what\": \"was sent\"}"u8.ToArray().Append((byte)0xFF).ToArray()
        );

    public static Notification Notification() =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Type = NotificationType.Webhook,
            Url = new Uri("https://hooks.acme.com/part-of-the-url-that-is-secret?x=1"),
            Events = [NotificationKind.Failed, NotificationKind.Held],
            Secret = "what messages are signed with",
            Created = Noon,
        };

    public static HostAlias HostAlias(string alias, string host = "registry.acme.com") =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Alias = alias,
            Host = host,
            Created = Noon,
        };

    public static RegistryAccount Registry(string host = "registry.acme.com:5000") =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Host = host,
            Username = "robot",
            Password = "pässword of the robot",
            Created = Noon,
        };

    public static GitHost GitHost(string host = "git.acme.com:3000") =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Credential = new GitCredential
            {
                Host = host,
                Username = "cloner",
                Password = "tökén of the cloner",
                PrivateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nkey of the cloner\n-----END OPENSSH PRIVATE KEY-----\n",
                KnownHosts = "git.acme.com ssh-ed25519 AAAA\n[git.acme.com]:2222 ssh-ed25519 BBBB\n",
            },
            CommitStatuses = GitHostKind.Gitea,
            ApiUrl = new Uri("https://git.acme.com/api"),
            Created = Noon,
        };
}
