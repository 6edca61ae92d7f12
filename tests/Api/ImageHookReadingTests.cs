using System.Text;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using static AutoDeploy.Api.Tests.HookSampleReader;

namespace AutoDeploy.Api.Tests;

/// <summary>What is read of a delivery of an image's sender.</summary>
public sealed class ImageHookReadingTests
{
    private static readonly string Signature = "sha256-" + new string('a', 64);

    public static TheoryData<string> Names() => [.. ImageSamples.Kinds.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_push_says_its_image_tag_digest_and_pusher(string name)
    {
        var kind = ImageSamples.Find(name);
        var push = Assert.Single(Pushes(kind.Sender, kind.Body("web/api", "1.2"), kind.Headers));
        Assert.NotEqual(Guid.Empty, push.Uuid);
        Assert.Equal(
            new Push
            {
                Uuid = push.Uuid,
                Sender = kind.Sender,
                HookId = Hook(kind.Sender).Uuid,
                Delivery = kind.Delivery ?? push.Delivery,
                Source = kind.Source,
                Tag = "1.2",
                Digest = kind.Digest,
                Pusher = kind.Pusher,
                Received = Now,
                Organization = "default",
            },
            push
        );
        Assert.False(push.IsGit);
        Assert.Equal(kind.Repeats, push.Delivery == Pushes(kind.Sender, kind.Body("web/api", "1.2"), kind.Headers).Single().Delivery);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tag_that_is_none_of_an_image_is_answered_with_a_note(string name)
    {
        var kind = ImageSamples.Find(name);
        foreach (
            var tag in (string[])[Signature + ".sig", Signature + ".att", Signature + ".sbom", Signature, "sha512-" + new string('a', 64)]
        )
            Assert.Contains("not one of an image", Note(kind.Sender, kind.Body("web/api", tag), kind.Headers), StringComparison.Ordinal);
        // such a name can be a tag
        foreach (var tag in (string[])["sha256-abc", "1.2.sig", "SHA", "a" + Signature])
            Assert.Equal(tag, Pushes(kind.Sender, kind.Body("web/api", tag), kind.Headers).Single().Tag);
    }

    public static TheoryData<string, string, string> Notes() =>
        new()
        {
            { "github package", ImageSamples.GitHub("package", tag: ""), "without a tag" },
            { "github package", ImageSamples.GitHub("package", tag: "", url: "null"), "without a tag" },
            { "github package", ImageSamples.GitHub("package", tag: "", url: "\"ghcr.io/web/api:1.2\""), "without a tag" },
            { "github package", ImageSamples.GitHub("package", type: "npm"), "npm" },
            { "github package", ImageSamples.GitHub("package", type: "maven"), "maven" },
            { "github package", ImageSamples.GitHub("package", action: "deleted"), "deleted" },
            { "github package", """{"action":"published","package":{"package_type":"container"}}""", "without a tag" },
            { "github package", """{"action":"published","package":{}}""", "type" },
            { "gitea package", ImageSamples.Gitea(tag: RegistrySamples.Digest), "not one of an image" },
            { "gitea package", ImageSamples.Gitea(type: "npm"), "npm" },
            { "gitea package", ImageSamples.Gitea(action: "renamed"), "renamed" },
            { "harbor", ImageSamples.Harbor(tag: RegistrySamples.Digest), "not one of an image" },
            { "harbor", ImageSamples.Harbor(type: "PULL_ARTIFACT"), "PULL_ARTIFACT" },
            { "harbor", """{"type":"SCANNING_COMPLETED","event_data":7,"operator":[]}""", "SCANNING_COMPLETED" },
            { "harbor", """{"type":"harbor.scan.completed","data":[]}""", "harbor.scan.completed" },
            { "harbor", """{"type":"PUSH_ARTIFACT","event_data":{"resources":[]}}""", "no resources" },
            { "harbor", """{"type":"PUSH_ARTIFACT","event_data":{"resources":[null]}}""", "without a tag" },
            { "quay", ImageSamples.Quay("web/api"), "no tags" },
            { "quay", """{"docker_url":"quay.io/web/api","build_id":"1"}""", "updated_tags" },
            { "azure", """{"id":"1","timestamp":"2025-10-09T08:53:20Z","action":"ping"}""", "ping" },
            { "azure", ImageSamples.Azure(action: "chart_push"), "chart_push" },
            { "azure", ImageSamples.Azure(action: "quarantine"), "quarantine" },
            { "azure", ImageSamples.Azure(type: "application/vnd.cncf.helm.config.v1+json"), "helm" },
            { "azure", ImageSamples.Azure(tag: ""), "without a tag" },
            { "azure", ImageSamples.Azure(tag: "", action: "delete"), "without a tag" },
            { "azure", "[]", "no events" },
            { "azure", "[null,{},{\"eventType\":\"x\"}]", "eventType" },
            { "azure", $"[{ImageSamples.GridEvent("7")}]", "not as expected" },
            { "azure", $"[{ImageSamples.GridEvent("{}")}]", "[0].data.action" },
            { "azure", $"[{ImageSamples.GridEvent("7", "Microsoft.Storage.BlobCreated")}]", "Microsoft.Storage.BlobCreated" },
            { "ecr", ImageSamples.Ecr(tag: ""), "without a tag" },
            { "ecr", ImageSamples.Ecr().Replace(",\"image-tag\":\"1.2\"", "", StringComparison.Ordinal), "without a tag" },
            { "ecr", ImageSamples.Ecr().Replace("SUCCESS", "FAILURE", StringComparison.Ordinal), "FAILURE" },
            { "ecr", ImageSamples.Ecr(action: "PULL"), "PULL" },
            { "ecr", ImageSamples.Ecr(type: "ECR Image Scan"), "ECR Image Scan" },
            { "ecr", """{"detail-type":"ECR Pull Through Cache Action","detail":[1]}""", "Pull Through" },
            { "ecr", ImageSamples.Ecr(detail: ",\"artifact-media-type\":\"application/vnd.cncf.helm.config.v1+json\""), "chart" },
            { "ecr", ImageSamples.Ecr(detail: ",\"manifest-media-type\":\"application/vnd.acme.thing+json\""), "acme.thing" },
            { "ecr", ImageSamples.Sns(ImageSamples.Ecr(tag: "")), "without a tag" },
            { "google", ImageSamples.PubSub("""{"action":"INSERT","digest":"europe-docker.pkg.dev/web/api@sha256:0"}"""), "without a tag" },
            { "google", ImageSamples.PubSub("""{"action":"UPDATE","tag":"europe-docker.pkg.dev/web/api:1"}"""), "UPDATE" },
            { "google", ImageSamples.PubSub("""{"action":"INSERT","tag":"nonsense:1"}"""), "tag" },
            { "google", ImageSamples.PubSub("""{"action":"INSERT","tag":7}"""), "data" },
            { "google", ImageSamples.PubSub("hello"), "data" },
            { "ecr", ImageSamples.Sns("You have chosen to leave", "UnsubscribeConfirmation"), "has ended" },
            { "ecr", ImageSamples.Sns("hello", "Something"), "left alone" },
            {
                "azure cloud event",
                ImageSamples
                    .CloudEvent(ImageSamples.Azure(), "Microsoft.ContainerRegistry.ChartPushed")
                    .Replace("\"push\"", "\"chart_push\"", StringComparison.Ordinal),
                "chart_push"
            },
            { "azure cloud event", ImageSamples.CloudEvent(ImageSamples.Azure(), "com.example.other"), "com.example.other" },
            { "azure cloud event", """{"specversion":"1.0","type":"Microsoft.ContainerRegistry.ImagePushed"}""", "`data` is missing" },
            { "azure cloud event", """{"specversion":"1.0","data":{}}""", "`type` or" },
            { "azure cloud events", "[]", "no events" },
            { "google", ImageSamples.PubSub(""), "data" },
            { "google", ImageSamples.PubSub("null"), "data" },
            { "google", """{"message":{"data":"%%%","messageId":"1"}}""", "data" },
            { "google", """{"message":{"attributes":{"a":"b"},"messageId":"1"}}""", "data" },
            { "google unwrapped", """{"action":"INSERT","digest":"europe-docker.pkg.dev/web/api@sha256:0"}""", "without a tag" },
            { "jfrog", ImageSamples.JFrog(tag: RegistrySamples.Digest), "not one of an image" },
            { "jfrog", ImageSamples.JFrog(type: "promoted"), "docker promoted" },
            { "jfrog", ImageSamples.JFrog(domain: "artifact", type: "deployed"), "artifact deployed" },
            { "jfrog", """{"domain":"build","event_type":"uploaded","data":[]}""", "build uploaded" },
            { "image", """{"name":"registry.acme.test/web/api","tag":"sha256:0"}""", "not one of an image" },
        };

    [Theory]
    [MemberData(nameof(Notes))]
    public void What_changes_nothing_is_answered_with_a_note(string kind, string body, string mentions)
    {
        var note = Note(ImageSamples.Find(kind).Sender, body, ImageSamples.Find(kind).Headers);
        Assert.Contains(mentions, note, StringComparison.Ordinal);
        Assert.EndsWith(".", note, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Deletions() =>
        new()
        {
            { "gitea package", ImageSamples.Gitea(action: "deleted") },
            { "registry", RegistrySamples.Registry(RegistrySamples.Event("1", "web/api", "1.2", "delete", mediaType: null)) },
            { "harbor", ImageSamples.Harbor(type: "DELETE_ARTIFACT") },
            { "harbor", ImageSamples.Harbor(type: "deleteImage") },
            { "harbor cloud event", ImageSamples.HarborCloudEvent(type: "harbor.artifact.deleted") },
            { "azure", ImageSamples.Azure(action: "delete") },
            {
                "azure event grid",
                $"[{ImageSamples.GridEvent(ImageSamples.Azure(action: "delete"), "Microsoft.ContainerRegistry.ImageDeleted")}]"
            },
            {
                "azure cloud event",
                ImageSamples.CloudEvent(ImageSamples.Azure(action: "delete"), "Microsoft.ContainerRegistry.ImageDeleted")
            },
            { "ecr", ImageSamples.Ecr(action: "DELETE") },
            { "ecr sns", ImageSamples.Sns(ImageSamples.Ecr(action: "DELETE")) },
            { "google", ImageSamples.PubSub("""{"action":"DELETE","tag":"europe-docker.pkg.dev/web/api:1.2"}""") },
            { "google unwrapped", """{"action":"DELETE","tag":"europe-docker.pkg.dev/web/api:1.2"}""" },
            { "jfrog", ImageSamples.JFrog(type: "deleted") },
        };

    [Theory]
    [MemberData(nameof(Deletions))]
    public void A_deleted_tag_is_a_push_without_a_digest(string kind, string body)
    {
        var push = Assert.Single(Pushes(ImageSamples.Find(kind).Sender, body, ImageSamples.Find(kind).Headers));
        Assert.Equal((ImageSamples.Find(kind).Source, "1.2", null, true), (push.Source, push.Tag, push.Digest, push.Deleted));
    }

    [Theory]
    [InlineData("github package", "{}", "`package` is missing")]
    [InlineData("github package", """{"package":7}""", "`package`")]
    [InlineData(
        "github package",
        """{"action":"published","package":{"package_type":"container","package_version":{"container_metadata":{"tag":{"name":"1"}}}}}""",
        "`package.name` is missing"
    )]
    [InlineData(
        "github registry_package",
        """{"action":"updated","registry_package":{"ecosystem":"docker","package_version":{"package_url":"A B/c:1"}}}""",
        "`registry_package.package_version.package_url` gives"
    )]
    [InlineData("gitea package", """{"action":"created"}""", "`package` is missing")]
    [InlineData("gitea package", """{"action":"created","package":{"type":"container","version":"1"}}""", "`package.name` is missing")]
    [InlineData(
        "gitea package",
        """{"action":"created","package":{"type":"container","version":"1","name":"a"}}""",
        "`package.owner.login` is missing"
    )]
    [InlineData(
        "gitea package",
        """{"action":"created","package":{"type":"container","version":"1","name":"a","owner":{"login":"b"}}}""",
        "`package.html_url` is missing"
    )]
    [InlineData("harbor", "{}", "`type` is missing")]
    [InlineData("harbor", """{"type":"PUSH_ARTIFACT"}""", "`event_data.resources` is missing")]
    [InlineData("harbor", """{"type":"harbor.artifact.pushed","data":{}}""", "`data.resources` is missing")]
    [InlineData(
        "harbor",
        """{"type":"PUSH_ARTIFACT","event_data":{"resources":[{"tag":"1"}]}}""",
        "`event_data.resources[0].resource_url` is missing"
    )]
    [InlineData(
        "harbor",
        """{"type":"PUSH_ARTIFACT","event_data":{"resources":[{"tag":"a b","resource_url":"h.test/a:1"}]}}""",
        "`event_data.resources[0].tag` is \"a b\""
    )]
    [InlineData(
        "harbor",
        """{"type":"PUSH_ARTIFACT","event_data":{"resources":[{"tag":"1","resource_url":"h.test/../a:1"}]}}""",
        "not the name of an image"
    )]
    [InlineData("quay", "{}", "`docker_url` is missing")]
    [InlineData("quay", """{"docker_url":"quay.io/A","updated_tags":["1"]}""", "`docker_url` gives")]
    [InlineData("quay", """{"docker_url":"quay.io/a","updated_tags":["a/b"]}""", "`updated_tags[0]`")]
    [InlineData("quay", """{"docker_url":"quay.io/a","updated_tags":{"a":1}}""", "`updated_tags`")]
    [InlineData("azure", "{}", "`action` is missing")]
    [InlineData("azure", """{"action":"push"}""", "`target` is missing")]
    [InlineData("azure", """{"action":"delete","target":{"repository":"a","tag":"1"}}""", "`request.host` is missing")]
    [InlineData("azure", """{"action":"delete","target":{"tag":"1"}}""", "`target.repository` is missing")]
    [InlineData("azure", """[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{}}]""", "validationCode")]
    [InlineData(
        "azure",
        """[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"a b"}}]""",
        "validationCode"
    )]
    [InlineData("azure", """[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":[]}]""", "not as expected")]
    [InlineData("ecr", """{"Type":"SubscriptionConfirmation"}""", "`SubscribeURL`")]
    [InlineData(
        "ecr",
        """{"Type":"SubscriptionConfirmation","SubscribeURL":"https://evil.test/?Action=ConfirmSubscription"}""",
        "`SubscribeURL`"
    )]
    [InlineData("ecr", "{}", "`detail-type` is missing")]
    [InlineData("ecr", """{"detail-type":"ECR Image Action"}""", "`detail` is missing")]
    [InlineData("ecr", """{"detail-type":"ECR Image Action","detail":[]}""", "not as expected")]
    [InlineData("ecr", """{"detail-type":"ECR Image Action","detail":{"action-type":"PUSH"}}""", "`account` is missing")]
    [InlineData(
        "ecr",
        """{"detail-type":"ECR Image Action","account":"123456789012","region":"evil.test/x","detail":{"action-type":"PUSH"}}""",
        "`region`"
    )]
    [InlineData(
        "ecr",
        """
            {"detail-type":"ECR Image Action","account":"123456789012","region":"eu-north-1","detail":{"action-type":"PUSH",
            "image-tag":"1"}}
            """,
        "`detail.repository-name` is missing"
    )]
    [InlineData("ecr", """{"Type":"Notification"}""", "`Message`")]
    [InlineData("ecr", """{"Type":"Notification","Message":"hello"}""", "`Message`")]
    [InlineData("google", "{}", "`message` is missing")]
    [InlineData("google", """{"message":{"data":{}}}""", "`message.data`")]
    [InlineData("jfrog", "{}", "`domain` or `event_type` is missing")]
    [InlineData("jfrog", """{"domain":"docker","event_type":"pushed"}""", "`data` is missing")]
    [InlineData("jfrog", """{"domain":"docker","event_type":"pushed","data":{"tag":"1"}}""", "`data.repo_key` is missing")]
    [InlineData("jfrog", """{"domain":"docker","event_type":"pushed","data":{"tag":"1","repo_key":"a"}}""", "`data.image_name` is missing")]
    [InlineData(
        "jfrog",
        """{"domain":"docker","event_type":"pushed","data":{"tag":"1","repo_key":"a","image_name":"b"},"jpd_origin":"x"}""",
        "`jpd_origin` is missing"
    )]
    [InlineData("image", "{}", "`image` is missing")]
    [InlineData("image", """{"image":"A/b:1"}""", "`image` gives")]
    [InlineData("image", """{"image":"acme/api:"}""", "`image` has no tag")]
    [InlineData("image", """{"image":"acme/api:a:b/"}""", "expected")]
    [InlineData("image", """{"image":"acme/api:1","tag":"2"}""", "different tags")]
    [InlineData("image", """{"image":"acme/api:1","digest":"sha256:0"}""", "`digest` has the digest")]
    [InlineData("image", """{"image":"acme/api:1@sha256:0","digest":"sha256:1"}""", "different digests")]
    [InlineData("image", """{"image":"acme/api:1@latest"}""", "`image` has the digest")]
    [InlineData("image", """{"name":"acme/api"}""", "`tag` is missing")]
    [InlineData("image", """{"tag":"1"}""", "`image` is missing")]
    [InlineData("image", """{"name":"acme/api","tag":"a b"}""", "`tag` is \"a b\"")]
    public void What_is_missing_or_wrong_is_named(string kind, string body, string mentions)
    {
        var error = Error(ImageSamples.Find(kind).Sender, body, ImageSamples.Find(kind).Headers);
        Assert.Contains(mentions, error, StringComparison.Ordinal);
        Assert.Contains("expected", error, StringComparison.Ordinal);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_tags_are_several_pushes_each_with_a_delivery_of_its_own()
    {
        var quay = Pushes("quay", ImageSamples.Quay("web/api", "1.2", Signature, "latest", "1.2"));
        Assert.Equal(["1.2", "latest"], quay.Select(p => p.Tag));
        Assert.Equal($"{quay[0].Delivery} quay.io/web/api:latest", quay[1].Delivery);

        var resources =
            $"{ImageSamples.Resource("web/api", "1.2")},{ImageSamples.Resource("web/api", RegistrySamples.Digest)},"
            + ImageSamples.Resource("web/worker", "1.2");
        var harbor = Pushes("harbor", ImageSamples.Harbor(resources: resources));
        Assert.Equal(["harbor.acme.test/web/api", "harbor.acme.test/web/worker"], harbor.Select(p => p.Source));
        Assert.Equal(harbor.Select(p => p.Delivery), Pushes("harbor", ImageSamples.Harbor(resources: resources)).Select(p => p.Delivery));
        Assert.Equal(2, harbor.Select(p => p.Delivery).Distinct().Count());

        // of a list, one bad event keeps back no other, and those with ids of their own keep them
        var grid = Pushes(
            "azure",
            ImageSamples.EventGrid(
                ImageSamples.Azure(id: "a"),
                ImageSamples.Azure(name: "A B", id: "b"),
                "{}",
                "null",
                ImageSamples.Azure(tag: "2", id: "c"),
                ImageSamples.Azure(id: "a")
            )
        );
        Assert.Equal([("a", "1.2"), ("c", "2")], grid.Select(p => (p.Delivery, p.Tag)));
        var registry = Pushes(
            "registry",
            RegistrySamples.Registry(
                RegistrySamples.Event("a", "web/api", "1"),
                RegistrySamples.Event("a", "web/api", "2"),
                RegistrySamples.Event("a", "web/api", "1")
            )
        );
        Assert.Equal(["a", "a reg.acme.test:5000/web/api:2"], registry.Select(p => p.Delivery));
    }

    [Fact]
    public void There_is_an_end_to_the_tags_of_a_delivery()
    {
        string[] tags = [.. Enumerable.Range(0, 10_001).Select(i => $"v{i}")];
        Assert.Equal(10_000, Pushes("quay", ImageSamples.Quay("web/api", tags[..10_000])).Count);
        Assert.Contains("10,000", Error("quay", ImageSamples.Quay("web/api", tags)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("harbor.acme.test:8443", "harbor.acme.test:8443")]
    [InlineData("harbor.acme.test:443", "harbor.acme.test")]
    [InlineData("HARBOR.acme.test", "harbor.acme.test")]
    [InlineData("harbor", "harbor:80")]
    [InlineData("HARBOR", "harbor:80")]
    [InlineData("localhost", "localhost")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:5000")]
    public void What_comes_before_the_first_slash_is_a_host(string host, string canonical) =>
        Assert.Equal(
            $"{canonical}/web/deep/api",
            Pushes("harbor", ImageSamples.Harbor(resources: ImageSamples.Resource("web/deep/api", "1.2", host))).Single().Source
        );

    [Fact]
    public void Packages_of_github_are_found_in_lower_case_with_and_without_their_url()
    {
        var push = Pushes("github", ImageSamples.GitHub("package", "Web/API", "RC1"), ("X-GitHub-Event", "package")).Single();
        Assert.Equal(("ghcr.io/web/api", "RC1"), (push.Source, push.Tag));
        push = Pushes(
                "github",
                ImageSamples.GitHub("registry_package", "Web/API", "RC1", url: "null", type: "Docker"),
                ("X-GitHub-Event", "registry_package")
            )
            .Single();
        Assert.Equal(("ghcr.io/web/api", "RC1", RegistrySamples.Digest), (push.Source, push.Tag, push.Digest));
        var own = ImageSamples
            .GitHub("package", url: "null")
            .Replace("https://ghcr.io", "https://containers.acme.test", StringComparison.Ordinal);
        Assert.Equal("containers.acme.test/web/api", Pushes("github", own, ("X-GitHub-Event", "package")).Single().Source);
        own = own.Replace("\"namespace\":\"web\"", "\"namespace\":null", StringComparison.Ordinal)
            .Replace("\"url\":\"https://containers.acme.test\"", "\"url\":null", StringComparison.Ordinal);
        Assert.Equal("ghcr.io/web/api", Pushes("github", own, ("X-GitHub-Event", "package")).Single().Source);
    }

    [Theory]
    [InlineData("X-Gitea-Event")]
    [InlineData("X-Forgejo-Event")]
    public void Packages_of_giteas_owner_are_in_lower_case(string header) =>
        Assert.Equal("git.acme.test:3000/web/api", Pushes("gitea", ImageSamples.Gitea("Web/API"), (header, "package")).Single().Source);

    [Fact]
    public void Ecr_has_a_host_of_its_own_in_china()
    {
        Assert.Equal(
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/web/api",
            Pushes("ecr", ImageSamples.Ecr(region: "cn-north-1")).Single().Source
        );
        Assert.Equal(
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/web/api",
            Pushes("ecr", ImageSamples.Ecr(region: "us-gov-west-1")).Single().Source
        );
        foreach (
            var type in (string[])
                ["manifest-media-type\":\"" + RegistrySamples.Index, "artifact-media-type\":\"application/vnd.oci.image.config.v1+json"]
        )
            Assert.Single(Pushes("ecr", ImageSamples.Ecr(detail: $",\"{type}\"")));
    }

    [Fact]
    public void Only_the_checksum_of_a_manifest_is_a_digest()
    {
        Assert.Equal(RegistrySamples.Digest, Pushes("jfrog", ImageSamples.JFrog(file: "list.manifest.json")).Single().Digest);
        Assert.Null(Pushes("jfrog", ImageSamples.JFrog(file: "layer.tar")).Single().Digest);
    }

    [Fact]
    public void Event_grid_gets_its_code_back_and_nothing_else_does()
    {
        Assert.Equal(
            "512d38b6",
            Read("azure", Encoding.UTF8.GetBytes(ImageSamples.Validation("\"512d38b6\""))).Handshake?.ValidationResponse
        );
        foreach (var code in (string[])["null", "7", "\"\"", "\"<script>alert(1) </script>\"", "\"" + new string('c', 201) + "\""])
            Assert.Null(Read("azure", Encoding.UTF8.GetBytes(ImageSamples.Validation(code))).Handshake);
        foreach (var kind in ImageSamples.Kinds)
            Assert.Null(Read(kind.Sender, Encoding.UTF8.GetBytes(kind.Body("web/api", "1")), kind.Headers).Handshake);
    }

    [Theory]
    [InlineData("""{"image":"acme/api"}""", "docker.io/acme/api", "latest", null)]
    [InlineData("""{"image":"nginx:1.27"}""", "docker.io/library/nginx", "1.27", null)]
    [InlineData("""{"image":"https://ghcr.io/acme/api:1"}""", "ghcr.io/acme/api", "1", null)]
    [InlineData("""{"image":"localhost:5000/api","tag":"1"}""", "localhost:5000/api", "1", null)]
    [InlineData("""{"image":"acme/api:1","tag":"1"}""", "docker.io/acme/api", "1", null)]
    [InlineData($$"""{"image":"acme/api:1@{{RegistrySamples.Digest}}"}""", "docker.io/acme/api", "1", RegistrySamples.Digest)]
    [InlineData(
        $$"""{"image":"acme/api:1@{{RegistrySamples.Digest}}","digest":"{{RegistrySamples.Digest}}"}""",
        "docker.io/acme/api",
        "1",
        RegistrySamples.Digest
    )]
    [InlineData("""{"name":"docker.io/acme/api","tag":"1.2"}""", "docker.io/acme/api", "1.2", null)]
    [InlineData("""{"name":"acme/api:1.2"}""", "docker.io/acme/api", "1.2", null)]
    public void Ours_takes_names_as_people_write_them(string body, string source, string tag, string? digest)
    {
        var push = Assert.Single(Pushes("image", body));
        Assert.Equal((source, tag, digest), (push.Source, push.Tag, push.Digest));
        Assert.NotEqual(push.Delivery, Pushes("image", body).Single().Delivery);
        Assert.Equal(
            Pushes("image", body, ("Idempotency-Key", "a b")).Single().Delivery,
            Pushes("image", body, ("Idempotency-Key", "a b")).Single().Delivery
        );
    }

    [Fact]
    public void A_strange_delivery_id_is_not_believed()
    {
        foreach (var kind in ImageSamples.Kinds.Where(k => k.Delivery is not null && k.Name != "ecr sns"))
        foreach (var id in (string[])["", "a b", "\\t", "ümlaut", new string('i', 201)])
        {
            var body = kind.Body("web/api", "1.2");
            var headers = kind
                .Headers.Select(h => h.Item2 == ImageSamples.Id ? (h.Item1, id.Replace("\\t", "\t", StringComparison.Ordinal)) : h)
                .ToArray();
            var push = Pushes(kind.Sender, body.Replace(ImageSamples.Id, id, StringComparison.Ordinal), headers).Single();
            Assert.True(push.Delivery != id && push.Delivery.Length is 36 or 64, $"{kind.Name} {push.Delivery}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_delivery_that_is_cut_off_is_unreadable_wherever_it_ends(string name)
    {
        var kind = ImageSamples.Find(name);
        var body = Encoding.UTF8.GetBytes(kind.Body("web/api", "1.2").Trim());
        Assert.Null(Read(kind.Sender, body, kind.Headers).Error);
        for (var length = 1; length < body.Length; length++)
            Assert.Contains("not valid JSON", Read(kind.Sender, body[..length], kind.Headers).Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Every value of a sample is replaced by every kind of thing, also in what is wrapped; nothing throws, and what is a push makes sense.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_types_and_hostile_values_never_throw(string name)
    {
        var kind = ImageSamples.Find(name);
        var bodies = WithEachValue(kind.Body("web/api", "1.2"), Hostile);
        if (name == "google")
            bodies = bodies.Concat(WithEachValue(ImageSamples.Google("web/api", "1.2"), Hostile).Select(ImageSamples.PubSub));
        if (name == "ecr sns")
            bodies = bodies.Concat(WithEachValue(ImageSamples.Ecr(), Hostile).Select(b => ImageSamples.Sns(b)));
        var read = 0;
        foreach (var body in bodies)
        {
            var reading = Read(kind.Sender, Encoding.UTF8.GetBytes(body), kind.Headers);
            HookFuzzTests.MakesSense(reading, body);
            read += reading.Pushes.Count;
        }

        Assert.True(read > 0);
    }
}
