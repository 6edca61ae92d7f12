using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoDeploy.Api.Tests;

[Collection("server")]
public sealed class ServiceTests(ApiServer server)
{
    private const string Services = "/api/app/v1/service/";

    /// <summary>Every member that can be set, with a value that is not its default.</summary>
    private const string Full = """
        {
          "nickname": "the web", "autoredeploy": true, "tag_policy": "any", "target_num_containers": 3, "sequential_deployment": true,
          "deployment_strategy": "HIGH_AVAILABILITY", "health_check": {"http": {"port": 8080, "path": "/health"}, "interval": 0.5,
            "timeout": 1, "retries": 2, "start_period": 1.5},
          "stop_timeout": 0, "stable_seconds": 3600, "bake_seconds": 60, "overlap": "false", "deploy_group": "shop",
            "pre_deploy": "migrate --all", "post_deploy": "warm 'the cache'", "command_timeout": 4, "pull_timeout": 1, "build_timeout": 2,
            "prove_timeout": 3, "deployment_timeout": 86400, "tags": [{"name": "prod"}, {"name": "eu"}],
          "container_ports": [{"protocol": "tcp", "inner_port": "80", "published": true},
            {"protocol": "sctp", "inner_port": 81, "host_ip": "127.0.0.1"}, {"protocol": "udp", "inner_port": 53,
            "published": false}],
          "container_envvars": [{"key": "A", "value": "1"}, {"key": "B", "value": ""}, {"key": "UMLÄUTE",
            "value": "zwölf \"Böxkämpfer\"\n"}],
          "bindings": [{"host_path": "/srv//data/", "container_path": "/data", "rewritable": false}, {"host_path": null,
            "container_path": "/volume"}],
          "run_command": "serve --name 'a b'", "entrypoint": "/bin/sh -c", "working_dir": "/app", "user": "1000:1000", "hostname": "web",
            "domainname": "acme.test",
          "autorestart": "ON_FAILURE", "autodestroy": "OFF", "memory": 64, "memory_swap": 128, "cpu_shares": 512, "cpuset": "0-2,4",
            "privileged": true,
          "read_only": true, "tty": true, "stdin_open": true, "cap_add": ["NET_ADMIN"], "cap_drop": ["ALL"], "dns": ["10.0.0.2"],
            "dns_search": ["acme.test"],
          "extra_hosts": ["db:10.0.0.7"], "security_opt": ["no-new-privileges"], "devices": ["/dev/fuse:/dev/fuse:rw"],
            "labels": {"team": "web", "empty": ""},
          "net": "bridge", "pid": "host", "roles": [], "mac_address": "", "cgroup_parent": "/web",
          "cpus": 1.5, "cpuset_mems": "0", "pids_limit": 100, "mem_reservation": 33554432, "mem_swappiness": 10,
          "oom_kill_disable": true, "oom_score_adj": -5,
          "blkio_config": {"weight": 300, "weight_device": [{"path": "/dev/sda", "weight": 400}],
            "device_read_bps": [{"path": "/dev/sda", "rate": 1048576}], "device_write_bps": [],
            "device_read_iops": [], "device_write_iops": [{"path": "/dev/sda", "rate": 5}]},
          "ulimits": {"nofile": {"soft": 1024, "hard": 2048}}, "init": false, "stop_signal": "SIGINT", "shm_size": 67108864,
          "tmpfs": ["/run", "/scratch:size=64m"], "sysctls": {"net.core.somaxconn": "1024"},
          "logging": {"driver": "json-file", "options": {"max-size": "1m"}}, "restart": "",
          "group_add": ["audio"], "ipc": "shareable", "uts": "", "userns_mode": "host", "cgroup": "private", "runtime": "runc",
          "device_cgroup_rules": ["c 1:3 mr"],
          "gpus": [{"driver": "nvidia", "count": 0, "device_ids": ["0"], "capabilities": ["gpu"], "options": {"a": "b"}}],
          "annotations": {"a": "b"}, "storage_opt": {"size": "1G"}, "dns_opt": ["ndots:1"]
        }
        """;

    [Fact]
    public async Task A_service_without_settings_has_the_defaults_and_every_member_of_docker_cloud()
    {
        var name = server.CreateName();
        var apiResponse = await server.Post(Services, $$"""{"image": "acme/api", "name": "{{name}}"}""");
        Assert.Equal(201, apiResponse.Status);
        var uuid = apiResponse.Json.GetProperty("uuid").GetString()!;
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", uuid);
        Assert.Equal(Services + uuid + "/", apiResponse.Headers["Location"]);
        Equivalent(
            $$"""
            {
              "uuid": "{{uuid}}", "resource_uri": "{{Services}}{{uuid}}/", "name": "{{name}}", "nickname": "", "unique_name": "{{name}}",
                "engine": "local",
              "image_name": "docker.io/acme/api:latest", "image_tag": null, "state": "Not running", "synchronized": true,
                "autoredeploy": false,
              "tag_policy": null, "poll_seconds": 0, "git_repository": null, "deployment_restrictions": [], "available_version": null,
                "held_version": null, "deploy_windows": [], "frozen": null, "approval": "none", "verify": null, "current_version": null,
                "previous_versions": [], "rolled_back_from": null,
              "health_check": null, "stop_timeout": 10, "stable_seconds": 5, "bake_seconds": 0, "overlap": "auto", "warnings": [],
                "deploy_group": "", "pre_deploy": "", "post_deploy": "", "command_timeout": 600, "pull_timeout": 600,
                "build_timeout": 1800, "prove_timeout": 300, "deployment_timeout": 7200,
              "autorestart": "OFF", "autodestroy": "OFF", "sequential_deployment": false, "deployment_strategy": "EMPTIEST_NODE",
              "target_num_containers": 1, "current_num_containers": 0, "running_num_containers": 0, "stopped_num_containers": 0,
                "containers": [],
              "container_ports": [], "container_envvars": [], "calculated_envvars": [], "link_variables": {}, "linked_to_service": [],
                "linked_from_service": [],
              "bindings": [], "run_command": "", "entrypoint": "", "working_dir": "", "user": "", "hostname": "", "domainname": "",
                "mac_address": "",
              "cpus": null, "cpu_period": null, "cpu_quota": null, "cpuset_mems": "", "pids_limit": null, "mem_reservation": null,
              "mem_swappiness": null, "oom_kill_disable": false, "oom_score_adj": null, "blkio_config": null, "ulimits": {},
              "init": null, "stop_signal": "", "shm_size": null, "tmpfs": [], "sysctls": {}, "logging": null, "restart": "",
              "group_add": [], "ipc": "", "uts": "", "userns_mode": "", "cgroup": "", "runtime": "", "device_cgroup_rules": [],
              "gpus": [], "annotations": {}, "storage_opt": {}, "dns_opt": [],
              "cgroup_parent": "", "net": "bridge", "pid": "none", "privileged": false, "read_only": false, "stdin_open": false,
                "tty": false,
              "cpu_shares": null, "memory": null, "memory_swap": null, "cpuset": "", "cap_add": [], "cap_drop": [], "devices": [],
                "dns": [], "dns_search": [],
              "extra_hosts": [], "security_opt": [], "roles": [], "labels": {}, "tags": [], "stack": null, "public_dns": null,
                "deployed_datetime": null,
              "started_datetime": null, "stopped_datetime": null, "destroyed_datetime": null, "actions": [], "triggers": [], "webhooks": []
            }
            """,
            apiResponse.Text
        );
        Assert.Equal(apiResponse.Text, (await server.Get(Services + uuid + "/")).Text);
    }

    [Fact]
    public async Task Every_member_comes_back_as_it_was_set_by_create_and_by_patch()
    {
        var other = server.CreateName("db");
        var otherUri = await server.CreateService(name: other);
        var members = JsonNode.Parse(Full)!.AsObject();
        members["linked_to_service"] = JsonNode.Parse($$"""[{"to_service": "{{other}}", "name": "d"}]""");
        members["bindings"]!.AsArray().Add(JsonNode.Parse($$"""{"volumes_from": "{{otherUri}}"}"""));

        var patched = await server.Patch(await server.CreateService(), members.ToJsonString());
        Assert.True(patched.Status == 200, patched.Text);
        Expect(patched.Json);

        members["image"] = "registry.acme.com:5000/acme/api:1.2";
        members["name"] = server.CreateName();
        var created = await server.Post(Services, members.ToJsonString());
        Assert.True(created.Status == 201, created.Text);
        Expect(created.Json);
        Assert.Equal("registry.acme.com:5000/acme/api:1.2", created.Json.GetProperty("image_name").GetString());

        void Expect(JsonElement answer)
        {
            var uri = answer.GetProperty("resource_uri").GetString();
            var expected = JsonNode.Parse(Full)!.AsObject();
            expected["container_ports"] = JsonNode.Parse(
                """
                [{"protocol": "tcp", "inner_port": 80, "outer_port": null, "port_name": null, "published": true, "endpoint_uri": null,
                  "uri_protocol": null, "host_ip": ""},
                 {"protocol": "sctp", "inner_port": 81, "outer_port": null, "port_name": null, "published": true, "endpoint_uri": null,
                  "uri_protocol": null, "host_ip": "127.0.0.1"},
                 {"protocol": "udp", "inner_port": 53, "outer_port": null, "port_name": null, "published": false, "endpoint_uri": null,
                   "uri_protocol": null, "host_ip": ""}]
                """
            );
            expected["bindings"] = JsonNode.Parse(
                $$"""
                [{"host_path": "/srv/data", "container_path": "/data", "rewritable": false, "volume": null, "volumes_from": null},
                 {"host_path": null, "container_path": "/volume", "rewritable": true, "volume": null, "volumes_from": null},
                 {"host_path": null, "container_path": "", "rewritable": true, "volume": null, "volumes_from": "{{otherUri}}"}]
                """
            );
            expected["linked_to_service"] = JsonNode.Parse(
                $$"""[{"from_service": "{{uri}}", "name": "d", "to_service": "{{otherUri}}"}]"""
            );
            expected["health_check"]!["tcp"] = null;
            expected["health_check"]!["exec"] = null;
            expected["health_check"]!["none"] = false;
            foreach (var (name, value) in expected)
                Equivalent(value!.ToJsonString(), answer.GetProperty(name).GetRawText());
            Assert.Equal("user", answer.GetProperty("calculated_envvars")[0].GetProperty("origin").GetString());
        }
    }

    [Fact]
    public async Task Forms_of_compose_are_read_as_what_they_mean()
    {
        var uri = await server.CreateService(
            """
            "extra_hosts": ["my_db=10.0.0.7"], "hostname": "my_host", "cap_add": ["net_admin"], "cap_drop": ["CAP_MKNOD"],
            "shm_size": "64m", "mem_reservation": "32mb", "ulimits": {"nproc": 9}, "gpus": "all", "restart": "on-failure:5",
            "sysctls": {"net.core.somaxconn": 1024}, "health_check": {"exec": ["pg_isready", "-q"], "interval": 1},
            "container_ports": [{"inner_port": 80, "outer_port": 8081, "host_ip": "127.0.0.1"},
              {"inner_port": 80, "outer_port": 8081, "host_ip": "127.0.0.2"}]
            """
        );
        var service = (await server.Get(uri)).Json;
        Equivalent("""["my_db:10.0.0.7"]""", service.GetProperty("extra_hosts").GetRawText());
        Assert.Equal("my_host", service.GetProperty("hostname").GetString());
        Equivalent("""["NET_ADMIN"]""", service.GetProperty("cap_add").GetRawText());
        Equivalent("""["MKNOD"]""", service.GetProperty("cap_drop").GetRawText());
        Assert.Equal(64 << 20, service.GetProperty("shm_size").GetInt32());
        Assert.Equal(32 << 20, service.GetProperty("mem_reservation").GetInt32());
        Equivalent("""{"nproc": {"soft": 9, "hard": 9}}""", service.GetProperty("ulimits").GetRawText());
        Equivalent(
            """[{"driver": "", "count": -1, "device_ids": [], "capabilities": ["gpu"], "options": {}}]""",
            service.GetProperty("gpus").GetRawText()
        );
        Assert.Equal("on-failure:5", service.GetProperty("restart").GetString());
        Equivalent("""{"net.core.somaxconn": "1024"}""", service.GetProperty("sysctls").GetRawText());
        Assert.Equal(2, service.GetProperty("container_ports").GetArrayLength());
        Equivalent(
            """
            {"http": null, "tcp": null, "exec": ["pg_isready", "-q"], "none": false, "interval": 1, "timeout": 3, "retries": 3,
              "start_period": 0}
            """,
            service.GetProperty("health_check").GetRawText()
        );
        var off = await server.Patch(uri, """{"health_check": {"none": true}}""");
        Assert.True(off.Json.GetProperty("health_check").GetProperty("none").GetBoolean());
    }

    [Fact]
    public async Task Null_sets_every_member_back()
    {
        var plain = await server.CreateService();
        var full = await server.CreateService(Full.Trim()[1..^1]);
        var back = new JsonObject();
        foreach (var (name, _) in JsonNode.Parse(Full)!.AsObject())
            back[name] = null;
        var apiResponse = await server.Patch(full, back.ToJsonString());
        Assert.True(apiResponse.Status == 200, apiResponse.Text);
        var expected = (await server.Get(plain)).Json;
        foreach (var (name, _) in back)
            Equivalent(expected.GetProperty(name).GetRawText(), apiResponse.Json.GetProperty(name).GetRawText());
    }

    [Fact]
    public async Task What_the_docker_cloud_client_sends_is_taken()
    {
        var db = server.CreateName("db");
        await server.CreateService(name: db);
        var apiResponse = await server.Post(
            Services,
            $$"""
            {"image":"acme/api:1.0","name":"{{server.CreateName()}}","privileged":false,"autoredeploy":true,"sequential_deployment":false,
              "tags":[{"name":"t1"}],"container_envvars":[{"key":"A","value":"1"}],
             "linked_to_service":[{"to_service":"{{db}}","name":"d"}],"bindings":[{"host_path":"/h","container_path":"/c",
               "rewritable":false}],
             "container_ports":[{"protocol":"tcp","inner_port":"80","outer_port":"80","published":true},{"protocol":"udp",
               "inner_port":"53","published":true},{"protocol":"tcp","inner_port":"9000","published":false}]}
            """
        );
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        Assert.Equal(80, apiResponse.Json.GetProperty("container_ports")[0].GetProperty("outer_port").GetInt32());

        // what was read can be sent back
        foreach (var member in (string[])["container_ports", "linked_to_service", "bindings", "container_envvars", "tags", "labels"])
        {
            var again = await server.Patch(
                apiResponse.Headers["Location"],
                new JsonObject { [member] = JsonNode.Parse(apiResponse.Json.GetProperty(member).GetRawText()) }.ToJsonString()
            );
            Assert.True(again.Status == 200, again.Text);
        }
    }

    [Theory]
    [InlineData("same")]
    [InlineData("latest")]
    [InlineData("any")]
    [InlineData("semver:^1.2")]
    [InlineData("semver: >=1 <3 || 1.2.* || 4.1 - 5")]
    [InlineData("glob:release-[!0-9]*")]
    [InlineData("regex:v[0-9]+(-eu)?")]
    [InlineData("semver:^1 prefix=v suffix=-alpine")]
    [InlineData("regex:int-([0-9]+) order=numeric")]
    [InlineData("  semver:~1.2.3-rc.1  ", "semver:~1.2.3-rc.1")]
    public async Task Every_kind_of_tag_policy_is_kept_as_it_was_written(string policy, string? kept = null)
    {
        var service = await server.CreateService(
            $$"""
            "tag_policy": "{{policy}}"
            """
        );
        Assert.Equal(kept ?? policy, (await server.Get(service)).Json.GetProperty("tag_policy").GetString());
        Assert.Equal(
            JsonValueKind.Null,
            (await server.Patch(service, """{"tag_policy": null}""")).Json.GetProperty("tag_policy").ValueKind
        );
        Assert.Equal(
            kept ?? policy,
            (await server.Patch(service, $$"""{"tag_policy": "{{policy}}"}""")).Json.GetProperty("tag_policy").GetString()
        );
    }

    [Fact]
    public async Task Autoredeploy_is_switched_without_touching_anything_else()
    {
        var service = await server.CreateService(Full.Trim()[1..^1]);
        var before = JsonNode.Parse((await server.Get(service)).Text)!;
        before["autoredeploy"] = false;
        Equivalent(before.ToJsonString(), (await server.Patch(service, """{"autoredeploy": false}""")).Text);
    }

    [Fact]
    public async Task Concurrent_patches_of_different_members_are_all_kept()
    {
        var service = await server.CreateService();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => server.Patch(service, i % 2 == 0 ? $$"""{"nickname": "n{{i}}"}""" : $$"""{"labels": {"l": "{{i}}"} }"""))
        );
        Assert.All(answers, a => Assert.True(a.Status == 200, a.Text));
        var now = (await server.Get(service)).Json;
        Assert.StartsWith("n", now.GetProperty("nickname").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(now.GetProperty("labels").GetProperty("l").GetString()!);
    }

    [Fact]
    public async Task A_name_is_made_of_the_image_and_a_taken_one_gets_a_number()
    {
        for (var i = 1; i <= 3; i++)
        {
            var apiResponse = await server.Post(Services, """{"image": "ghcr.io/acme/my_odd.name.9:1.2"}""");
            Assert.True(apiResponse.Status == 201, apiResponse.Text);
            Assert.Equal("my-odd-name-9" + (i == 1 ? "" : $"-{i}"), apiResponse.Json.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict()
    {
        var name = server.CreateName();
        await server.CreateService(name: name);
        var before = await server.ReadAllFiles();
        var apiResponse = await server.Post(Services, $$"""{"image": "nginx", "name": "{{name}}"}""");
        Assert.Equal(409, apiResponse.Status);
        Assert.Contains(name, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Theory]
    [InlineData("")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    public async Task The_content_type_does_not_matter(string type)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"image": "nginx", "name": "{{server.CreateName()}}"}""");
        Assert.Equal(201, (await server.Send("POST", Services, body, type.Length == 0 ? null : type)).Status);
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        await using var own = await ApiServer.Start();
        var uris = new List<string>();
        for (var i = 0; i < 30; i++)
            uris.Add(await own.CreateService(name: $"n{i}"));
        var uuid = uris[7].Split('/')[^2];

        Assert.Equal(["n7"], await Names("?name=n7"));
        Assert.Equal(["n7"], await Names($"?uuid={uuid}"));
        Assert.Equal(["n7"], await Names($"?uuid__startswith={uuid[..20].ToUpperInvariant()}"));
        Assert.Equal(["n7"], await Names($"?name=n7&state=not%20running&stack__name=ignored&stack=%2Fapi%2F&unknown=1"));
        Assert.Empty(await Names("?state=Running"));
        Assert.Empty(await Names("?name=n"));
        Assert.Empty(await Names("?uuid__startswith=n7"));
        Assert.Equal(25, (await Names("")).Count);
        Assert.Equal(30, (await Names("?limit=100")).Count);
        Assert.Empty(await Names("?offset=2147483647"));

        var seen = new List<string>();
        for (var next = Services + "?limit=7&state=Not%20running"; next is not null; )
        {
            var page = (await own.Get(next)).Json;
            Assert.Equal(30, page.GetProperty("meta").GetProperty("total_count").GetInt32());
            seen.AddRange(page.GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("name").GetString()!));
            next = page.GetProperty("meta").GetProperty("next").GetString();
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"n{i}"), seen);

        async Task<List<string>> Names(string query) =>
            [
                .. (await own.Get(Services + query))
                    .Json.GetProperty("objects")
                    .EnumerateArray()
                    .Select(o => o.GetProperty("name").GetString()!),
            ];
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("scale")]
    [InlineData("redeploy")]
    public async Task What_the_state_does_not_allow_is_a_conflict_that_names_the_state(string verb)
    {
        var service = await server.CreateService();
        var apiResponse = await server.Post(service + verb + "/");
        Assert.Equal(409, apiResponse.Status);
        Assert.Equal("Not running", apiResponse.Json.GetProperty("state").GetString());
        Assert.NotEmpty(apiResponse.Error);
    }

    [Fact]
    public async Task Start_answers_the_service_and_where_to_follow_the_action()
    {
        var apiResponse = await server.Post((await server.CreateService()) + "start/");
        Assert.Equal(202, apiResponse.Status);
        Assert.Equal("Starting", apiResponse.Json.GetProperty("state").GetString());
        var action = await server.Get(apiResponse.Headers["X-DockerCloud-Action-URI"]);
        Assert.Equal(200, action.Status);
        Assert.Equal("Service Start", action.Json.GetProperty("action").GetString());
        Assert.Equal(apiResponse.Json.GetProperty("resource_uri").GetString(), action.Json.GetProperty("object").GetString());
        Assert.True(action.Json.GetProperty("is_user_action").GetBoolean());
        Assert.Equal("person", action.Json.GetProperty("cause").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Create_with_start_does_both()
    {
        var apiResponse = await server.Post(Services + "?start=True", $$"""{"image": "nginx", "name": "{{server.CreateName()}}"}""");
        Assert.Equal(201, apiResponse.Status);
        Assert.Equal("Starting", apiResponse.Json.GetProperty("state").GetString());
        Assert.Equal(200, (await server.Get(apiResponse.Headers["X-DockerCloud-Action-URI"])).Status);
    }

    [Fact]
    public async Task Links_are_given_by_name_uuid_and_uri()
    {
        var name = server.CreateName();
        var uri = await server.CreateService(name: name);
        foreach (
            var reference in (string[])
                [name, uri.Split('/')[^2], uri, "http://localhost" + uri, uri.Replace("v1/", "v1/default/", StringComparison.Ordinal)]
        )
        {
            var service = await server.CreateService(
                $$"""
                "linked_to_service": [{"to_service": "{{reference}}"}]
                """
            );
            var link = (await server.Get(service)).Json.GetProperty("linked_to_service")[0];
            Assert.Equal((uri, name), (link.GetProperty("to_service").GetString(), link.GetProperty("name").GetString()));
        }
    }

    private static void Equivalent(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut was {actual}");
}
