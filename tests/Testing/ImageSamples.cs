using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoDeploy.Testing;

/// <summary>
/// Deliveries of image pushes as registries really send them; those of Docker Hub and distribution are in <see cref="RegistrySamples"/>.
/// </summary>
public static class ImageSamples
{
    public const string Id = "3a39d6e0-3a96-4084-973f-257a2fef780f";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A kind of delivery: of which sender, with which headers, what it says of <c>web/api:1.2</c>, and what has to be read of it.
    /// </summary>
    public sealed record Kind(string Name, string Sender, string Source, Func<string, string, string> Body)
    {
        public (string, string)[] Headers { get; init; } = [];

        public string? Digest { get; init; } = RegistrySamples.Digest;

        public string? Pusher { get; init; }

        /// <summary>Where the sender says an id, in a header or the body; without one each delivery is a new one.</summary>
        public string? Delivery { get; init; }

        /// <summary>The same body is the same push.</summary>
        public bool Repeats { get; init; } = true;
    }

    public static readonly IReadOnlyList<Kind> Kinds =
    [
        new("github package", "github", "ghcr.io/web/api", (name, tag) => GitHub("package", name, tag))
        {
            Headers = [("X-GitHub-Event", "package"), ("X-GitHub-Delivery", Id)],
            Pusher = "ida",
            Delivery = Id,
        },
        new("github registry_package", "github", "ghcr.io/web/api", (name, tag) => GitHub("registry_package", name, tag))
        {
            Headers = [("X-GitHub-Event", "registry_package"), ("X-GitHub-Delivery", Id)],
            Pusher = "ida",
            Delivery = Id,
        },
        new("gitea package", "gitea", "git.acme.test:3000/web/api", (name, tag) => Gitea(name, tag))
        {
            Headers = [("X-Gitea-Event", "package"), ("X-GitHub-Event", "package"), ("X-Gitea-Delivery", Id)],
            Digest = null,
            Pusher = "ida",
            Delivery = Id,
        },
        new("dockerhub", "dockerhub", "docker.io/web/api", (name, tag) => RegistrySamples.DockerHub(name, tag))
        {
            Digest = null,
            Pusher = "ida",
        },
        new(
            "registry",
            "registry",
            "reg.acme.test:5000/web/api",
            (name, tag) => RegistrySamples.Registry(RegistrySamples.Event(Id, name, tag))
        )
        {
            Pusher = "ci",
            Delivery = Id,
        },
        new("harbor", "harbor", "harbor.acme.test/web/api", (name, tag) => Harbor(name, tag)) { Pusher = "ci" },
        new("harbor cloud event", "harbor", "harbor.acme.test/web/api", (name, tag) => HarborCloudEvent(name, tag))
        {
            Pusher = "ci",
            Delivery = Id,
        },
        new("quay", "quay", "quay.io/web/api", (name, tag) => Quay(name, tag)) { Digest = null, Repeats = false },
        new("azure", "azure", "acme.azurecr.io/web/api", (name, tag) => Azure(name, tag)) { Delivery = Id },
        new("azure event grid", "azure", "acme.azurecr.io/web/api", (name, tag) => EventGrid(Azure(name, tag))) { Delivery = Id },
        new("azure cloud event", "azure", "acme.azurecr.io/web/api", (name, tag) => CloudEvent(Azure(name, tag))) { Delivery = Id },
        new("azure cloud events", "azure", "acme.azurecr.io/web/api", (name, tag) => $"[{CloudEvent(Azure(name, tag))}]") { Delivery = Id },
        new("ecr", "ecr", "123456789012.dkr.ecr.eu-north-1.amazonaws.com/web/api", (name, tag) => Ecr(name, tag)) { Delivery = Id },
        new("ecr sns", "ecr", "123456789012.dkr.ecr.eu-north-1.amazonaws.com/web/api", (name, tag) => Sns(Ecr(name, tag)))
        {
            Headers = [("x-amz-sns-message-type", "Notification")],
            Delivery = Id,
        },
        new("google", "google", "europe-docker.pkg.dev/web/api", (name, tag) => PubSub(Google(name, tag))) { Delivery = Id },
        new("google unwrapped", "google", "europe-docker.pkg.dev/web/api", Google)
        {
            Headers = [("x-goog-pubsub-message-id", Id)],
            Delivery = Id,
        },
        new("jfrog", "jfrog", "art.acme.test/web/api", (name, tag) => JFrog(name, tag)) { Repeats = false },
        new(
            "image",
            "image",
            "registry.acme.test/web/api",
            (name, tag) => $$"""{"image": "registry.acme.test/{{name}}:{{tag}}", "digest": "{{RegistrySamples.Digest}}", "pusher": "ida"}"""
        )
        {
            Headers = [("Idempotency-Key", Id)],
            Pusher = "ida",
            Delivery = Id,
        },
        new(
            "image keel",
            "image",
            "registry.acme.test/web/api",
            (name, tag) => $$"""{"name": "registry.acme.test/{{name}}", "tag": "{{tag}}"}"""
        )
        {
            Digest = null,
            Repeats = false,
        },
    ];

    public static Kind Find(string name) => Kinds.Single(k => k.Name == name);

    public static string GitHub(
        string member,
        string name = "web/api",
        string tag = "1.2",
        string type = "CONTAINER",
        string action = "published",
        string? url = null
    ) =>
        $$$"""
            {"action":"{{{action}}}","{{{member}}}":{"id":1,"name":"{{{name.Split('/')[1]}}}","namespace":"{{{name.Split('/')[
                0
            ]}}}","ecosystem":"{{{type}}}","package_type":"{{{type}}}",
              "html_url":"https://github.com/orgs/web/packages/container/package/api","owner":{"login":"{{{name.Split('/')[0]}}}","id":3},
              "package_version":{"id":2,"version":"{{{RegistrySamples.Digest}}}","name":"{{{RegistrySamples.Digest}}}","metadata":[],
               "package_url":{{{url
                ?? $"\"ghcr.io/{name}:{tag}\""}}},"container_metadata":{"tag":{"name":"{{{tag}}}","digest":"{{{RegistrySamples.Digest}}}"},
                  "labels":{"description":""},
                 "manifest":{"digest":"{{{RegistrySamples.Digest}}}","media_type":"application/vnd.oci.image.manifest.v1+json","size":708,
                   "layers":[{"size":3}]} } },
              "registry":{"type":"CONTAINER","url":"https://ghcr.io","vendor":"GitHub Inc"} },
             "repository":{"full_name":"web/api","html_url":"https://github.com/web/api"},"sender":{"login":"ida","id":9} }
            """;

    public static string Gitea(string name = "web/api", string tag = "1.2", string type = "container", string action = "created") =>
        $$$"""
            {"action":"{{{action}}}","repository":null,"package":{"id":7,"owner":{"id":3,"login":"{{{name.Split('/')[
                0
            ]}}}","username":"{{{name.Split('/')[0]}}}"},"repository":null,
              "creator":{"login":"ida"},"type":"{{{type}}}","name":"{{{name.Split('/')[1]}}}","version":"{{{tag}}}",
              "html_url":"http://git.acme.test:3000/web/-/packages/container/api/1.2","created_at":"2025-10-09T10:53:20+02:00"},
                "sender":{"login":"ida","id":3} }
            """;

    public static string Harbor(
        string name = "web/api",
        string tag = "1.2",
        string type = "PUSH_ARTIFACT",
        string? resources = null,
        string host = "harbor.acme.test"
    ) =>
        $$$"""
            {"type":"{{{type}}}","occur_at":1760000000,"operator":"ci","event_data":{"resources":[{{{resources
                ?? Resource(name, tag, host)}}}],
             "repository":{"date_created":1600000000,"name":"api","namespace":"web","repo_full_name":"{{{name}}}","repo_type":"private"} } }
            """;

    public static string HarborCloudEvent(string name = "web/api", string tag = "1.2", string type = "harbor.artifact.pushed") =>
        $$$"""
            {"specversion":"1.0","id":"{{{Id}}}","requestid":"0b1c","source":"/projects/2/webhook/policies/15","type":"{{{type}}}",
              "datacontenttype":"application/json","time":"2025-10-09T08:53:20Z",
             "data":{"resources":[{{{Resource(
                name,
                tag
            )}}}],"repository":{"name":"api","namespace":"web","repo_full_name":"{{{name}}}","repo_type":"private"} },"operator":"ci"}
            """;

    public static string Resource(string name, string tag, string host = "harbor.acme.test") =>
        $$"""
            {"digest":"{{RegistrySamples.Digest}}","tag":"{{tag}}","resource_url":"{{host}}/{{name}}{{(tag.StartsWith("sha256:",
            StringComparison.Ordinal) ? "@" : ":")}}{{tag}}"}
            """;

    public static string Quay(string name, params string[] tags) =>
        $$"""
            {"repository":"{{name}}","namespace":"web","name":"api","docker_url":"quay.io/{{name}}",
              "homepage":"https://quay.io/repository/{{name}}","updated_tags":{{JsonSerializer.Serialize(
                tags
            )}} }
            """;

    public static string Azure(
        string name = "web/api",
        string tag = "1.2",
        string action = "push",
        string type = RegistrySamples.Manifest,
        string id = Id
    ) =>
        $$$"""
            {"id":"{{{id}}}","timestamp":"2025-10-09T08:53:20.3Z","action":"{{{action}}}","target":{"mediaType":"{{{type}}}","size":524,
              "digest":"{{{RegistrySamples.Digest}}}","length":524,
              "repository":"{{{name}}}","tag":"{{{tag}}}"},"request":{"id":"a3c0dc45-a9e9-4dec-9083-0403853e3a0f","host":"acme.azurecr.io",
                "method":"PUT","useragent":"docker/24"} }
            """;

    public static string EventGrid(params string[] data) => $"[{string.Join(',', data.Select(d => GridEvent(d)))}]";

    public static string GridEvent(string data, string type = "Microsoft.ContainerRegistry.ImagePushed") =>
        $$"""
            {"id":"831e1650-001e-001b-66ab-eeb76e069631",
              "topic":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acme","subject":"web/api:1.2",
             "eventType":"{{type}}","eventTime":"2025-10-09T08:53:20.3Z","data":{{data}},"dataVersion":"1.0","metadataVersion":"1"}
            """;

    public static string CloudEvent(string data, string type = "Microsoft.ContainerRegistry.ImagePushed") =>
        $$"""
            {"specversion":"1.0","id":"831e1650-001e-001b-66ab-eeb76e069631",
              "source":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acme",
             "subject":"web/api:1.2","type":"{{type}}","time":"2025-10-09T08:53:20.3Z","datacontenttype":"application/json","data":{{data}}}
            """;

    public static string Validation(string code) =>
        $"[{GridEvent($$"""
            {"validationCode":{{code}},"validationUrl":"https://rp-europe.eventgrid.azure.net/validate?id=1"}
            """, "Microsoft.EventGrid.SubscriptionValidationEvent")}]";

    public static string Ecr(
        string name = "web/api",
        string tag = "1.2",
        string action = "PUSH",
        string region = "eu-north-1",
        string account = "123456789012",
        string detail = "",
        string type = "ECR Image Action"
    ) =>
        $$$"""
            {"version":"0","id":"{{{Id}}}","detail-type":"{{{type}}}","source":"aws.ecr","account":"{{{account}}}",
              "time":"2025-10-09T08:53:20Z","region":"{{{region}}}","resources":[],
             "detail":{"result":"SUCCESS","repository-name":"{{{name}}}","image-digest":"{{{RegistrySamples.Digest}}}",
               "action-type":"{{{action}}}","image-tag":"{{{tag}}}"{{{detail}}}} }
            """;

    public static string Sns(
        string message,
        string type = "Notification",
        string version = "2",
        string? subject = null,
        string url = "https://sns.eu-north-1.amazonaws.com/?Action=ConfirmSubscription&Token=good",
        string certificate = SnsTestKey.Certificate
    )
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message"] = message,
            ["MessageId"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            ["Timestamp"] = "2025-10-09T08:53:20.300Z",
            ["TopicArn"] = "arn:aws:sns:eu-north-1:123456789012:pushes",
            ["Type"] = type,
        };
        if (type == "Notification" && subject is not null)
            members["Subject"] = subject;
        if (type != "Notification")
            (members["Token"], members["SubscribeURL"]) = ("2336412f37", url);
        members["Signature"] = SnsTestKey.Sign(version, members.Select(m => (m.Key, m.Value)));
        (members["SignatureVersion"], members["SigningCertURL"]) = (version, certificate);
        // a signature is as long with one key as with another
        return JsonSerializer.Serialize(members, Plain);
    }

    public static string Google(string name, string tag) =>
        $$"""
            {"action":"INSERT","digest":"europe-docker.pkg.dev/{{name}}@{{RegistrySamples.Digest}}",
            "tag":"europe-docker.pkg.dev/{{name}}:{{tag}}"}
            """;

    public static string PubSub(string data) =>
        $$$"""
            {"message":{"data":"{{{Convert.ToBase64String(
                Encoding.UTF8.GetBytes(data)
            )}}}","attributes":{},"messageId":"{{{Id}}}","message_id":"{{{Id}}}","publishTime":"2025-10-09T08:53:20Z",
              "publish_time":"2025-10-09T08:53:20Z"},
             "subscription":"projects/acme/subscriptions/autodeploy"}
            """;

    public static string JFrog(
        string name = "web/api",
        string tag = "1.2",
        string type = "pushed",
        string domain = "docker",
        string file = "manifest.json"
    ) =>
        $$$"""
            {"domain":"{{{domain}}}","event_type":"{{{type}}}","data":{"repo_key":"{{{name.Split('/')[0]}}}","image_name":"{{{name.Split(
                '/'
            )[1]}}}","tag":"{{{tag}}}","name":"{{{file}}}","size":708,
              "path":"api/{{{tag}}}/{{{file}}}","sha256":"{{{RegistrySamples.Digest[
                "sha256:".Length..
            ]}}}","image_type":"docker","platforms":[]},
             "subscription_key":"autodeploy","jpd_origin":"https://art.acme.test/artifactory","source":"jfrog/ida"}
            """;
}
