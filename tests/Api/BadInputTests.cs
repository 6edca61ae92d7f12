using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>What is not as expected is refused with a sentence that names the field, and changes nothing.</summary>
[Collection("server")]
public sealed class BadInputTests(ApiServer server)
{
    private const string Service = "/api/app/v1/service/";
    private const string Registry = "/api/app/v1/registry/";
    private const string GitHost = "/api/app/v1/githost/";
    private const string HostAlias = "/api/app/v1/hostalias/";
    private const string Hook = "/api/app/v1/hook/";
    private const string Organization = "/api/app/v1/organization/";
    private const string Action = "/api/audit/v1/action/";
    private const string Unknown = "7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f";

    private static readonly string LongText = new('x', 5000);

    private static string Cosign(string? keys) => $"{{\"cosign\": {{\"keys\": {keys ?? "null"}}}}}";

    private static string Window(string days = "[\"mon\"]", string from = "\"09:00\"", string to = "\"17:00\"", string zone = "\"UTC\"") =>
        $$"""[{"days": {{days}}, "from": {{from}}, "to": {{to}}, "timezone": {{zone}}}]""";

    /// <summary>A value for a member of a service, and what the sentence has to name besides the member.</summary>
    public static TheoryData<string, string, string> ServiceMembers() =>
        new()
        {
            { "image", "null", "null" },
            { "image", "1", "a number" },
            { "image", "\"\"", "empty" },
            { "image", "\"  \"", "empty" },
            { "image", "[]", "an array" },
            { "image", "\"UPPER/case\"", "upper-case" },
            { "image", "\"acme/API\"", "upper-case" },
            { "image", "\"a b\"", "path" },
            { "image", "\"acme/api:\"", "tag" },
            { "image", "\"acme/api:-x\"", "tag" },
            { "image", "\"acme/api@sha256:beef\"", "digest" },
            { "image", "\"a\\u0000b\"", "NUL" },
            { "image", "\"a\\nb\"", "path" },
            { "image", "\"" + LongText + "\"", "longer" },
            { "image", "\"\\ud800\"", "Unicode" },
            { "nickname", "1", "text" },
            { "nickname", "\"a\\nb\"", "control" },
            { "nickname", "\"" + LongText + "\"", "255" },
            { "autoredeploy", "\"true\"", "true or false" },
            { "autoredeploy", "1", "true or false" },
            { "autoredeploy", "{}", "true or false" },
            { "tag_policy", "\"newest\"", "newest" },
            { "tag_policy", "\"\"", "expected" },
            { "tag_policy", "1", "text" },
            { "tag_policy", "\"SAME\"", "same" },
            { "tag_policy", "\"^1.2\"", "semver:RANGE" },
            { "tag_policy", "\"semver\"", "semver:RANGE" },
            { "tag_policy", "\"SEMVER:1\"", "semver:RANGE" },
            { "tag_policy", "\"any \\n\"", "control" },
            { "tag_policy", "\"semver:\"", "at the end: a range is missing" },
            { "tag_policy", "\" semver:^1.x.y \"", "is \"semver:^1.x.y\"; at character 8: patch version should be a wildcard" },
            { "tag_policy", "\"semver:1.2.3.4\"", "at character 8: fourth version number" },
            { "tag_policy", "\"semver:>=1, <2\"", "at character 8: bounds are separated by a blank" },
            { "tag_policy", "\"semver:01\"", "leading zero" },
            { "tag_policy", "\"semver:" + new string('1', 513) + "\"", "at most 512 characters" },
            { "tag_policy", "\"glob:\"", "a pattern is missing" },
            { "tag_policy", "\"glob:v[1\"", "at character 7: \"[\" is never closed" },
            { "tag_policy", "\"glob:v 1\"", "at character 7: no tag has the character" },
            { "tag_policy", "\"regex:\"", "an expression is missing" },
            { "tag_policy", "\"regex:v(1\"", "at the end: a \"(\" is never closed" },
            { "tag_policy", "\"regex:v(?=1).*\"", "at character 8: lookaround is not supported" },
            { "tag_policy", "\"regex:(a)\\\\1\"", "at character 10: backreferences are not supported" },
            { "tag_policy", "\"regex:" + new string('a', 513) + "\"", "at most 512 characters" },
            { "deploy_windows", "{}", "an array" },
            { "deploy_windows", "[1]", "deploy_windows[0]" },
            { "deploy_windows", "[{}]", "deploy_windows[0].from` is missing" },
            { "deploy_windows", Window(to: "null"), "deploy_windows[0].to" },
            { "deploy_windows", Window(days: "[]"), "at least one day" },
            { "deploy_windows", Window(days: "[\"Monday\"]"), "deploy_windows[0].days[0]" },
            { "deploy_windows", Window(days: "[0]"), "deploy_windows[0].days[0]" },
            { "deploy_windows", Window(days: "[null]"), "deploy_windows[0].days[0]" },
            { "deploy_windows", Window(days: "\"mon-fri\""), "an array" },
            { "deploy_windows", Window(days: "[\"mon\",\"mon\",\"mon\",\"mon\",\"mon\",\"mon\",\"mon\",\"mon\"]"), "at most 7" },
            {
                "deploy_windows",
                Window(from: "\"9:00\""),
                "deploy_windows[0].from` is \"9:00\"; expected a time of the day from \"00:00\" to \"23:59\""
            },
            { "deploy_windows", Window(from: "\"24:00\""), "\"23:59\"" },
            { "deploy_windows", Window(from: "9"), "deploy_windows[0].from" },
            { "deploy_windows", Window(from: "\"09:60\""), "deploy_windows[0].from" },
            { "deploy_windows", Window(to: "\"24:01\""), "\"24:00\"" },
            { "deploy_windows", Window(to: "\"-1:00\""), "deploy_windows[0].to" },
            { "deploy_windows", Window(to: "\"09:00\""), "the same as `from`" },
            { "deploy_windows", Window(zone: "\"Europe/Nowhere\""), "deploy_windows[0].timezone" },
            { "deploy_windows", Window(zone: "\"\""), "IANA" },
            { "deploy_windows", Window(zone: "1"), "IANA" },
            { "deploy_windows", Window(zone: "\"../../etc/passwd\""), "IANA" },
            { "deploy_windows", Window(zone: "\"+02:00\""), "IANA" },
            { "deploy_windows", Window()[..^2] + ", \"weekday\": 1}]", "deploy_windows[0].weekday" },
            { "deploy_windows", "[" + string.Join(",", Enumerable.Repeat("{}", 33)) + "]", "at most 32" },
            { "frozen", "true", "reason" },
            { "frozen", "\" \"", "empty" },
            { "frozen", "\"" + LongText + "\"", "512" },
            { "frozen", "\"a\\nb\"", "control" },
            { "verify", "true", "`verify` is true; expected an object" },
            { "verify", "{}", "`verify.cosign` is missing" },
            { "verify", "{\"cosign\": null}", "`verify.cosign` is null; expected an object with keys" },
            { "verify", "{\"notation\": {}}", "verify.notation" },
            { "verify", Cosign(null), "`verify.cosign.keys` has no key" },
            { "verify", "{\"cosign\": {}}", "`verify.cosign.keys` is missing" },
            { "verify", Cosign("[]"), "`verify.cosign.keys` has no key" },
            { "verify", Cosign("\"key\""), "`verify.cosign.keys` is text; expected an array" },
            { "verify", Cosign("[1]"), "`verify.cosign.keys[0]` is a number; expected a public key in PEM" },
            { "verify", Cosign("[\"key\"]"), "`verify.cosign.keys[0]` is no PEM" },
            { "verify", Cosign("[" + string.Join(",", Enumerable.Repeat("1", 21)) + "]"), "at most 20" },
            { "verify", Cosign("[\"" + new string('k', 5000) + "\"]"), "4,096" },
            { "approval", "\"maybe\"", "required" },
            { "approval", "true", "required" },
            { "held_version", "null", "cannot be set" },
            { "target_num_containers", "0", "from 1" },
            { "target_num_containers", "-1", "from 1" },
            { "target_num_containers", "1.5", "1.5" },
            { "target_num_containers", "1e2", "1e2" },
            { "target_num_containers", "\"2\"", "text" },
            { "target_num_containers", "99999999999999999999", "from 1" },
            { "target_num_containers", "1001", "1,000" },
            { "target_num_containers", "true", "true" },
            { "sequential_deployment", "0", "true or false" },
            { "deployment_strategy", "\"RANDOM\"", "EVERY_NODE" },
            { "deployment_strategy", "1", "EVERY_NODE" },
            { "health_check", "true", "an object" },
            { "health_check", "[]", "an object" },
            { "health_check", "{}", "neither http, tcp, exec nor none" },
            { "health_check", """{"exec": []}""", "health_check.exec" },
            { "health_check", """{"exec": "true"}""", "health_check.exec" },
            { "health_check", """{"exec": ["true"], "none": true}""", "more than one" },
            { "health_check", """{"exec": [""]}""", "health_check.exec[0]" },
            { "health_check", """{"exec": [1]}""", "health_check.exec[0]" },
            { "health_check", """{"none": false}""", "neither http, tcp, exec nor none" },
            { "health_check", """{"http": {"port": 1}, "tcp": {"port": 1}}""", "more than one" },
            { "health_check", """{"http": {}}""", "health_check.http.port" },
            { "health_check", """{"http": 80}""", "health_check.http" },
            { "health_check", """{"tcp": {"port": 0}}""", "health_check.tcp.port" },
            { "health_check", """{"tcp": {"port": null}}""", "health_check.tcp.port" },
            { "health_check", """{"tcp": {"port": 1, "path": "/"}}""", "health_check.tcp.path" },
            { "health_check", """{"http": {"port": 1, "path": "health"}}""", "beginning with" },
            { "health_check", """{"http": {"port": 1, "path": "/a b"}}""", "spaces" },
            { "health_check", """{"tcp": {"port": 1}, "interval": "5s"}""", "health_check.interval" },
            { "health_check", """{"tcp": {"port": 1}, "interval": 0}""", "0.1" },
            { "health_check", """{"tcp": {"port": 1}, "timeout": -1}""", "health_check.timeout" },
            { "health_check", """{"tcp": {"port": 1}, "retries": 0}""", "health_check.retries" },
            { "health_check", """{"tcp": {"port": 1}, "start_period": 1e99}""", "health_check.start_period" },
            { "health_check", """{"tcp": {"port": 1}, "start_periods": 1}""", "did you mean `start_period`" },
            { "stop_timeout", "-1", "from 0 to 3,600" },
            { "stop_timeout", "3601", "from 0 to 3,600" },
            { "stop_timeout", "0.5", "whole" },
            { "stable_seconds", "\"5\"", "text" },
            { "stable_seconds", "5000", "3,600" },
            { "tags", "\"a\"", "an array" },
            { "tags", "[\"a\"]", "an object" },
            { "tags", "[{}]", "tags[0].name" },
            { "tags", "[{\"name\": \"\"}]", "empty" },
            { "tags", "[{\"name\": 1}]", "tags[0].name" },
            { "linked_to_service", "{}", "an array" },
            { "linked_to_service", "[{}]", "to_service" },
            { "linked_to_service", "[{\"to_service\": \"nobody\"}]", "no such service" },
            { "linked_to_service", "[{\"to_service\": \"" + Unknown + "\"}]", "no such service" },
            { "linked_to_service", "[{\"to_service\": \"/api/app/v1/service/" + Unknown + "/\"}]", "no such service" },
            { "linked_to_service", "[{\"to_service\": \"\"}]", "empty" },
            { "linked_to_service", "[{\"to_service\": 1}]", "a number" },
            { "linked_to_service", "[{\"to_service\": \"{other}\", \"name\": \"a b\"}]", "name" },
            { "linked_to_service", "[{\"to_service\": \"{other}\"}, {\"to_service\": \"{other}\"}]", "twice" },
            { "container_ports", "80", "an array" },
            { "container_ports", "[80]", "an object" },
            { "container_ports", "[{}]", "container_ports[0].inner_port` is missing" },
            { "container_ports", "[null]", "an object" },
            { "container_ports", """[{"inner_port": 0}]""", "1 to 65,535" },
            { "container_ports", """[{"inner_port": 65536}]""", "1 to 65,535" },
            { "container_ports", """[{"inner_port": "http"}]""", "http" },
            { "container_ports", """[{"inner_port": "-1"}]""", "-1" },
            { "container_ports", """[{"inner_port": " 80"}]""", "80" },
            { "container_ports", """[{"inner_port": "80.0"}]""", "80.0" },
            { "container_ports", """[{"inner_port": null}]""", "inner_port" },
            { "container_ports", """[{"inner_port": 80, "outer_port": 0}]""", "outer_port" },
            { "container_ports", """[{"inner_port": 80, "protocol": "icmp"}]""", "protocol" },
            { "container_ports", """[{"inner_port": 80, "host_ip": "localhost"}]""", "container_ports[0].host_ip" },
            { "container_ports", """[{"inner_port": 80, "host_ip": "127.0.0.1", "published": false}]""", "host_ip" },
            {
                "container_ports",
                """[{"inner_port": 80, "outer_port": 1, "host_ip": "127.0.0.1"}, {"inner_port": 81, "outer_port": 1}]""",
                "outer_port 1 again"
            },
            { "container_ports", """[{"inner_port": 80, "protocol": 6}]""", "protocol" },
            { "container_ports", """[{"inner_port": 80}, {"inner_port": "80"}]""", "container_ports[1]" },
            { "container_ports", """[{"inner_port": 80, "outer_port": 1}, {"inner_port": 81, "outer_port": 1}]""", "outer_port 1 again" },
            { "container_ports", """[{"inner_port": 80, "outer_port": 1, "published": false}]""", "published" },
            { "container_ports", """[{"inner_port": 80, "published": "yes"}]""", "published" },
            { "container_ports", """[{"inner_port": 80, "host": 1}]""", "container_ports[0].host" },
            { "container_envvars", "{}", "an array" },
            { "container_envvars", "[{}]", "key" },
            { "container_envvars", """[{"key": "A"}]""", "value" },
            { "container_envvars", """[{"key": "", "value": ""}]""", "empty" },
            { "container_envvars", """[{"key": "A=B", "value": ""}]""", "without" },
            { "container_envvars", """[{"key": "A", "value": 1}]""", "container_envvars[0].value" },
            { "container_envvars", """[{"key": "A", "value": null}]""", "container_envvars[0].value" },
            { "container_envvars", """[{"key": "A", "value": "1"}, {"key": "A", "value": "2"}]""", "container_envvars[1]" },
            { "container_envvars", """[{"key": "A", "value": "a\u0000b"}]""", "NUL" },
            { "container_envvars", """[{"key": "A\nB", "value": ""}]""", "control" },
            {
                "container_envvars",
                "[" + string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{"key": "K{{i}}", "value": ""}""")) + "]",
                "1,001"
            },
            { "container_envvars", $$"""[{"key": "A", "value": "{{new string('v', (128 << 10) + 1)}}"}]""", "131,072" },
            { "bindings", "[\"/a:/b\"]", "an object" },
            { "bindings", "[{}]", "container_path" },
            { "bindings", """[{"host_path": "/a"}]""", "container_path" },
            { "bindings", """[{"container_path": "data"}]""", "absolute" },
            { "bindings", """[{"host_path": "./a", "container_path": "/a"}]""", "bindings[0].host_path" },
            { "bindings", """[{"host_path": "/a/../etc", "container_path": "/a"}]""", ".." },
            { "bindings", """[{"container_path": "/a/.."}]""", ".." },
            { "bindings", """[{"container_path": "/"}]""", "below" },
            { "bindings", """[{"container_path": "//."}]""", "below" },
            { "bindings", """[{"container_path": "/a"}, {"container_path": "/a/"}]""", "again" },
            { "bindings", """[{"container_path": "/a:ro"}]""", ":" },
            { "overlap", "\"perhaps\"", "expected \"auto\", \"true\" or \"false\"" },
            { "overlap", "1", "`overlap`" },
            { "bindings", """[{"volume": "nothing", "container_path": "/a"}]""", "there is no such volume" },
            { "bindings", """[{"volume": "x", "host_path": "/b", "container_path": "/a"}]""", "volume and host_path" },
            { "bindings", """[{"volume": "x", "volumes_from": "{other}"}]""", "volumes_from and volume" },
            { "bindings", """[{"volume": "x"}]""", "lacks container_path" },
            { "bindings", """[{"volume": 3, "container_path": "/a"}]""", "`bindings[0].volume`" },
            { "bindings", """[{"volumes_from": "nobody"}]""", "volumes_from" },
            { "bindings", """[{"volumes_from": "{other}", "container_path": "/a"}]""", "one or the other" },
            { "bindings", """[{"container_path": "/a", "rewritable": "no"}]""", "rewritable" },
            { "bindings", """[{"host_path": 1, "container_path": "/a"}]""", "host_path" },
            { "run_command", "[\"a\"]", "text" },
            { "run_command", "\"a 'b\"", "single quote" },
            { "run_command", "\"a \\\"b\"", "double quote" },
            { "run_command", "\"a\\\\\"", "backslash" },
            { "entrypoint", "\"'\"", "single quote" },
            { "entrypoint", "1", "text" },
            { "working_dir", "\"app\"", "absolute" },
            { "working_dir", "\"/a/../b\"", ".." },
            { "working_dir", "1", "text" },
            { "user", "\"a b\"", "user" },
            { "user", "\"a:b:c\"", "user" },
            { "user", "0", "text" },
            { "hostname", "\"-a\"", "hostname" },
            { "hostname", "\"" + new string('a', 64) + "\"", "63" },
            { "domainname", "\"a b\"", "domainname" },
            { "autorestart", "\"SOMETIMES\"", "ON_FAILURE" },
            { "autorestart", "true", "ON_FAILURE" },
            { "autodestroy", "\"ALWAYS\"", "not supported" },
            { "autodestroy", "\"ON_SUCCESS\"", "not supported" },
            { "autodestroy", "\"NEVER\"", "expected" },
            { "memory", "5", "at least 6" },
            { "memory", "-1", "from 0" },
            { "memory", "\"64m\"", "text" },
            { "memory", "9999999999", "from 0" },
            { "memory_swap", "64", "memory" },
            { "memory_swap", "-2", "from -1" },
            { "cpu_shares", "1", "at least 2" },
            { "cpu_shares", "262145", "262,144" },
            { "cpu_shares", "-5", "from 0" },
            { "cpuset", "\"a\"", "0-2,4" },
            { "cpuset", "\"0-\"", "0-2,4" },
            { "cpuset", "0", "text" },
            { "privileged", "\"no\"", "true or false" },
            { "read_only", "[]", "true or false" },
            { "tty", "2", "true or false" },
            { "stdin_open", "\"\"", "true or false" },
            { "cap_add", "[\"net-admin\"]", "cap_add[0]" },
            { "cpus", "\"2\"", "cpus" },
            { "cpus", "-1", "cpus" },
            { "cpu_period", "10", "cpu_period" },
            { "cpu_quota", "10", "1,000 microseconds" },
            { "pids_limit", "-2", "pids_limit" },
            { "mem_reservation", "\"64x\"", "a size" },
            { "mem_reservation", "1", "6,291,456" },
            { "mem_swappiness", "101", "mem_swappiness" },
            { "oom_score_adj", "1001", "oom_score_adj" },
            { "oom_kill_disable", "true", "without `memory`" },
            { "blkio_config", """{"weight": 1}""", "blkio_config.weight" },
            { "blkio_config", """{"device_read_bps": [{"path": "/dev/sda"}]}""", "rate" },
            { "blkio_config", """{"device_read_bps": [{"path": "sda", "rate": 1}]}""", "absolute path" },
            { "blkio_config", """{"weight_device": [{"path": "/etc/x", "weight": 10}]}""", "a device" },
            { "ulimits", """{"files": 1}""", "nofile" },
            { "ulimits", """{"nofile": -2}""", "ulimits.nofile" },
            { "ulimits", """{"nofile": {"soft": 1}}""", "soft or hard" },
            { "ulimits", """{"nofile": {"soft": 2, "hard": 1}}""", "above the hard one" },
            { "ulimits", """{"nofile": {"soft": -1, "hard": 1}}""", "above the hard one" },
            { "init", "\"yes\"", "init" },
            { "stop_signal", "\"sig int\"", "a signal" },
            { "shm_size", "-1", "shm_size" },
            { "shm_size", "\"9999999999t\"", "shm_size" },
            { "tmpfs", "[\"run\"]", "tmpfs[0]" },
            { "tmpfs", "[\"/run\", \"/run:size=1m\"]", "again" },
            { "sysctls", """{"a": null}""", "sysctls.a" },
            { "logging", """{"options": {}}""", "logging.driver" },
            { "logging", """{"driver": "json file"}""", "logging.driver" },
            { "restart", "\"sometimes\"", "unless-stopped" },
            { "restart", "\"on-failure:x\"", "on-failure:5" },
            { "group_add", "[\"a b\"]", "group_add[0]" },
            { "ipc", "\"container:x\"", "shareable" },
            { "uts", "\"private\"", "host" },
            { "userns_mode", "\"x\"", "userns_mode" },
            { "cgroup", "\"x\"", "private" },
            { "cgroup_parent", "\"a b\"", "cgroup_parent" },
            { "runtime", "\"a b\"", "runtime" },
            { "device_cgroup_rules", "[\"c 1 r\"]", "device_cgroup_rules[0]" },
            { "gpus", "\"some\"", "all" },
            { "gpus", "[{}]", "neither count nor device_ids" },
            { "gpus", """[{"count": 1, "device_ids": ["0"]}]""", "one or the other" },
            { "annotations", "[]", "an object" },
            { "storage_opt", """{"": "x"}""", "storage_opt" },
            { "dns_opt", "[1]", "dns_opt[0]" },
            { "cap_add", "\"NET_ADMIN\"", "an array" },
            { "cap_add", "[1]", "cap_add[0]" },
            { "cap_add", "[null]", "cap_add[0]" },
            { "cap_drop", "[\"\"]", "cap_drop[0]" },
            { "dns", "[\"1\"]", "dns[0]" },
            { "dns", "[\"dns.acme.com\"]", "dns[0]" },
            { "dns", "{}", "an array" },
            { "dns_search", "[\"a b\"]", "dns_search[0]" },
            { "dns_search", "[\"\"]", "dns_search[0]" },
            { "extra_hosts", "[\"db\"]", "extra_hosts[0]" },
            { "extra_hosts", "[\"db:x\"]", "extra_hosts[0]" },
            { "extra_hosts", "[\":10.0.0.7\"]", "extra_hosts[0]" },
            { "extra_hosts", "{\"db\": \"10.0.0.7\"}", "an array" },
            { "security_opt", "[\"a b\"]", "security_opt[0]" },
            { "security_opt", "[[]]", "security_opt[0]" },
            { "devices", "[\"fuse\"]", "devices[0]" },
            { "devices", "[\"/dev/a:/dev/b:z\"]", "devices[0]" },
            { "devices", "[\"/dev/a:b\"]", "devices[0]" },
            { "labels", "[]", "an object" },
            { "labels", """{"a": 1}""", "labels.a" },
            { "labels", """{"a": null}""", "labels.a" },
            { "labels", """{"": "a"}""", "key" },
            { "labels", """{"autodeploy.service": "x"}""", "ours" },
            { "labels", """{"AutoDeploy.x": "x"}""", "ours" },
            { "labels", """{"a": "1", "a": "2"}""", "labels.a` is there twice" },
            { "labels", "{\"a\\u0000\": \"\"}", "NUL" },
            { "labels", "{\"\\ud800\": \"\"}", "Unicode" },
            { "net", "\"none\"", "bridge" },
            { "net", "1", "bridge" },
            { "pid", "\"container:x\"", "host" },
            { "roles", "[\"global\"]", "not supported" },
            { "roles", "\"global\"", "an array" },
            { "mac_address", "\"02:42:ac:11:00:02\"", "not supported" },
            { "mac_address", "1", "text" },
            { "state", "\"Running\"", "`state` cannot be set" },
            { "uuid", "\"" + Unknown + "\"", "cannot be set" },
            { "resource_uri", "\"/\"", "cannot be set" },
            { "image_name", "\"nginx\"", "cannot be set" },
            { "synchronized", "true", "cannot be set" },
            { "containers", "[]", "cannot be set" },
            { "calculated_envvars", "[]", "cannot be set" },
            { "current_version", "null", "cannot be set" },
            { "available_version", "{}", "cannot be set" },
            { "deployed_datetime", "null", "cannot be set" },
            { "autoRedeploy", "true", "did you mean `autoredeploy`" },
            { "auto_redeploy", "true", "did you mean `autoredeploy`" },
            { "envvars", "[]", "did you mean `container_envvars`" },
            { "ports", "[]", "did you mean `container_ports`" },
            { "Image", "\"nginx\"", "did you mean `image`" },
            { "completely_else", "1", "the members are" },
            { "", "1", "not a member" },
            { LongText, "1", "not a member" },
        };

    [Theory]
    [MemberData(nameof(ServiceMembers))]
    public async Task A_bad_member_of_a_service_is_refused_by_create_and_patch(string member, string value, string mentions)
    {
        var other = await Other();
        value = value.Replace("{other}", other, StringComparison.Ordinal);
        var service = await server.CreateService();
        var before = await server.ReadAllFiles();
        var image = member == "image" ? "" : "\"image\": \"acme/api\", ";

        foreach (
            var apiResponse in (ApiResponse[])
                [
                    await server.Post(Service, $$"""{ {{image}}"name": "{{server.CreateName("bad")}}", "{{member}}": {{value}} }"""),
                    await server.Patch(service, $$"""{ "{{member}}": {{value}} }"""),
                ]
        )
        {
            Assert.True(apiResponse.Status == 400, apiResponse.Text);
            Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
            Assert.Contains(member.Length > 100 ? member[..50] : member, apiResponse.Error, StringComparison.Ordinal);
            Assert.InRange(apiResponse.Error.Length, 10, 2000);
        }

        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Theory]
    [InlineData("1", "text")]
    [InlineData("\"\"", "empty")]
    [InlineData("\"Web\"", "lower-case")]
    [InlineData("\"web.prod\"", "lower-case letters, digits and hyphens")]
    [InlineData("\"-web\"", "hyphen")]
    [InlineData("\"web-\"", "hyphen")]
    [InlineData("\"w b\"", "lower-case letters, digits and hyphens")]
    [InlineData("\"w\\u0000b\"", "NUL")]
    [InlineData("\"zürich\"", "lower-case letters, digits and hyphens")]
    [InlineData("\"a23456789012345678901234567890123456789012345678901234567890abcd\"", "63")]
    [InlineData("\"7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f\"", "uuid")]
    public async Task A_bad_name_is_refused(string name, string mentions)
    {
        var service = await server.CreateService();
        var before = await server.ReadAllFiles();
        var apiResponse = await server.Post(Service, $$"""{"image": "nginx", "name": {{name}} }""");
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains("`name`", apiResponse.Error, StringComparison.Ordinal);
        Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(400, (await server.Patch(service, $$"""{"name": {{name}} }""")).Status);
        Assert.Equal(400, (await server.Patch(service, """{"name": "another"}""")).Status);
        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Theory]
    [InlineData(
        """{"target_num_containers": 2, "container_ports": [{"inner_port": 80, "outer_port": 8080}]}""",
        "target_num_containers",
        "outer_port"
    )]
    [InlineData("""{"cpus": 1, "cpu_quota": 1000}""", "cpus", "cpu_quota")]
    [InlineData("""{"restart": "no", "autorestart": "ALWAYS"}""", "restart", "autorestart")]
    [InlineData("""{"memory": 64, "mem_reservation": "65m"}""", "mem_reservation", "memory")]
    [InlineData("""{"uts": "host", "hostname": "a"}""", "uts", "hostname")]
    [InlineData("""{"net": "host", "sysctls": {"net.core.somaxconn": 1}}""", "sysctls", "net.core")]
    [InlineData("""{"tmpfs": ["/a:size=1m"], "bindings": [{"container_path": "/a"}]}""", "tmpfs", "bindings")]
    [InlineData("""{"net": "host", "container_ports": [{"inner_port": 80}]}""", "container_ports", "net")]
    [InlineData("""{"memory": 64, "memory_swap": 32}""", "memory_swap", "memory")]
    public async Task Members_that_contradict_each_other_are_refused_together_and_one_by_one(string body, params string[] mentions)
    {
        var service = await server.CreateService();
        var before = await server.ReadAllFiles();
        var created = await server.Post(Service, """{"image": "nginx", """ + body[1..]);
        var patched = await server.Patch(service, body);
        foreach (var apiResponse in (ApiResponse[])[created, patched])
        {
            Assert.Equal(400, apiResponse.Status);
            foreach (var mention in mentions)
                Assert.Contains($"{mention}", apiResponse.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await server.ReadAllFiles());

        // the first member alone is fine, the second then is not
        var members = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject().ToList();
        Assert.Equal(
            200,
            (
                await server.Patch(
                    service,
                    new System.Text.Json.Nodes.JsonObject { [members[0].Key] = members[0].Value!.DeepClone() }.ToJsonString()
                )
            ).Status
        );
        Assert.Equal(
            400,
            (
                await server.Patch(
                    service,
                    new System.Text.Json.Nodes.JsonObject { [members[1].Key] = members[1].Value!.DeepClone() }.ToJsonString()
                )
            ).Status
        );
    }

    [Fact]
    public async Task A_service_cannot_be_linked_to_itself()
    {
        var name = server.CreateName();
        var service = await server.CreateService(name: name);
        foreach (
            var body in (string[])
                [$$"""{"linked_to_service": [{"to_service": "{{name}}"}]}""", $$"""{"bindings": [{"volumes_from": "{{service}}"}]}"""]
        )
            Assert.Contains("itself", (await server.Patch(service, body)).Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, int, string> Requests() =>
        new()
        {
            { "POST", Service, "", 400, "`image` is missing" },
            { "POST", Service, "{}", 400, "`image` is missing" },
            { "POST", Service, "{\"name\": \"x\"}", 400, "`image`" },
            { "POST", Service + "?start=maybe", "{\"image\": \"nginx\"}", 400, "`start`" },
            { "POST", Service + "?start=true&start=false", "{\"image\": \"nginx\"}", 400, "`start`" },
            { "GET", Service + "?limit=0", "", 400, "`limit`" },
            { "GET", Service + "?limit=101", "", 400, "`limit`" },
            { "GET", Service + "?limit=many", "", 400, "`limit`" },
            { "GET", Service + "?limit=-1", "", 400, "`limit`" },
            { "GET", Service + "?limit=1&limit=2", "", 400, "`limit`" },
            { "GET", Service + "?offset=-1", "", 400, "`offset`" },
            { "GET", Service + "?offset=99999999999", "", 400, "`offset`" },
            { "GET", Service + "?state=Dancing", "", 400, "`state`" },
            { "GET", Service + "?uuid=1", "", 400, "`uuid`" },
            { "GET", Service + "?name=a%00b", "", 400, "`name`" },
            { "GET", Service + "?name=" + LongText, "", 400, "`name`" },
            { "GET", Service + "x/", "", 404, "service" },
            { "GET", Service + Unknown + "/", "", 404, Unknown },
            { "GET", Service + "%F0%9F%90%B3/", "", 404, "service" },
            { "GET", Service + Unknown.ToUpperInvariant() + "x", "", 404, "service" },
            { "PATCH", Service + "x/", "{}", 404, "service" },
            { "PATCH", Service + Unknown + "/", "{\"autoredeploy\": true}", 404, "service" },
            { "DELETE", Service + "x/", "", 404, "service" },
            { "DELETE", Service + Unknown + "/", "", 404, "service" },
            { "POST", Service + "x/start/", "", 404, "service" },
            { "POST", Service + Unknown + "/start/", "", 404, "service" },
            { "POST", Service + Unknown + "/stop/", "", 404, "service" },
            { "POST", Service + Unknown + "/scale/", "", 404, "service" },
            { "POST", Service + Unknown + "/redeploy/", "", 404, "service" },
            { "POST", Service + "{service}/redeploy/?reuse_volumes=perhaps", "", 400, "`reuse_volumes`" },
            { "GET", Service + Unknown + "/verdict/", "", 404, "service" },
            { "GET", Service + "{service}/verdict/?limit=x", "", 400, "`limit`" },
            { "GET", Service + "{service}/verdict/?offset=x", "", 400, "`offset`" },
            { "GET", Service + "{service}/verdict/x/", "", 404, "verdict" },
            { "GET", Service + "{service}/verdict/" + Unknown, "", 404, "verdict" },
            { "GET", Service + Unknown + "/verdict/" + Unknown, "", 404, "service" },
            { "POST", Service + "{service}/verdict/x/approve/", "", 404, "verdict" },
            { "POST", Service + "{service}/verdict/" + Unknown + "/approve/", "", 404, "verdict" },
            { "POST", Service + "x/verdict/x/approve/", "", 404, "service" },
            { "POST", Service + "{service}/start/?force=perhaps", "", 400, "`force`" },
            { "POST", Service + "{service}/redeploy/?force=perhaps", "", 400, "`force`" },
            { "POST", Service + "{service}/rollback/?force=perhaps", "", 400, "`force`" },
            { "POST", Service + "?start=true&force=2", "{\"image\": \"nginx\"}", 400, "`force`" },
            { "GET", Organization + "x/", "", 404, "organization" },
            { "PATCH", Organization + Unknown + "/", "{}", 404, "organization" },
            { "PATCH", Organization + "default/", """{"frozen": false}""", 400, "`frozen`" },
            { "PATCH", Organization + "default/", """{"verify": {"cosign": {"keys": ["x"]}}}""", 400, "`verify.cosign.keys[0]`" },
            { "PATCH", Organization + "default/", """{"name": "acme"}""", 400, "cannot be set" },
            {
                "PATCH",
                Organization + "default/",
                """{"deploy_windows": [{"from": "09:00", "to": "09:00"}]}""",
                400,
                "`deploy_windows[0].to`"
            },
            { "PATCH", Organization + "default/", """{"approval": "required"}""", 400, "`approval`" },
            { "PATCH", Organization + "default/", "[]", 400, "an array" },
            { "POST", Registry, "", 400, "`host` is missing" },
            { "POST", Registry, """{"host": "ghcr.io"}""", 400, "`username` is missing" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u"}""", 400, "`password` is missing" },
            { "POST", Registry, """{"host": 1, "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "", "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "acme", "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "ghcr.io/acme", "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "ghcr.io:x", "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "a@b.c", "username": "u", "password": "p"}""", 400, "`host`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "", "password": "p"}""", 400, "`username`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "a:b", "password": "p"}""", 400, "`username`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": null, "password": "p"}""", 400, "`username`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u", "password": ""}""", 400, "`password`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u", "password": null}""", 400, "`password`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u", "password": ["p"]}""", 400, "`password`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u", "password": "p", "token_host": 1}""", 400, "`token_host`" },
            { "POST", Registry, """{"host": "ghcr.io", "username": "u", "password": "p", "token_host": "a/b"}""", 400, "`token_host`" },
            { "POST", Registry, """{"host": "ghcr.io", "user": "u", "password": "p"}""", 400, "did you mean `username`" },
            { "POST", Registry, """{"host": "{registry}", "username": "u", "password": "p"}""", 409, "`host`" },
            { "POST", Registry, """{"host": "https://{registry}/v2/", "username": "u", "password": "p"}""", 409, "`host`" },
            { "PATCH", Registry + "{registry-uuid}/", """{"password": ""}""", 400, "`password`" },
            { "PATCH", Registry + "{registry-uuid}/", """{"uuid": "x"}""", 400, "`uuid` cannot be set" },
            { "PATCH", Registry + Unknown + "/", """{"password": "p"}""", 404, "registry" },
            { "GET", Registry + "x", "", 404, "registry" },
            { "GET", Registry + Unknown, "", 404, "registry" },
            { "DELETE", Registry + "x", "", 404, "registry" },
            { "DELETE", Registry + Unknown, "", 404, "registry" },
            { "GET", Registry + "?limit=x", "", 400, "`limit`" },
            { "POST", GitHost, "", 400, "`host` is missing" },
            { "POST", GitHost, """{"password": "p"}""", 400, "`host` is missing" },
            { "POST", GitHost, """{"host": "github.com"}""", 400, "`password` and `ssh_private_key` are both missing" },
            { "POST", GitHost, """{"host": 1, "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": null, "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": " ", "password": "p"}""", 400, "empty" },
            { "POST", GitHost, """{"host": "git hub.com", "password": "p"}""", 400, "git hub.com" },
            { "POST", GitHost, """{"host": "github.com:x", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "github.com:70000", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "*", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "ftp://github.com", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "-oProxyCommand=x", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "a\nb", "password": "p"}""", 400, "control" },
            { "POST", GitHost, """{"host": "/", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "https://", "password": "p"}""", 400, "`host`" },
            { "POST", GitHost, """{"host": "github.com", "password": ""}""", 400, "`password`" },
            { "POST", GitHost, """{"host": "github.com", "password": null}""", 400, "both missing" },
            { "POST", GitHost, """{"host": "github.com", "password": 1}""", 400, "`password`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p\n"}""", 400, "`password` has control" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "username": 1}""", 400, "`username`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "username": "a:b"}""", 400, "`username`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "username": "a\nb"}""", 400, "`username`" },
            { "POST", GitHost, """{"host": "github.com", "token": "p"}""", 400, "`token`" },
            { "POST", GitHost, """{"host": "github.com", "private_key": "p"}""", 400, "did you mean `ssh_private_key`" },
            { "POST", GitHost, """{"host": "github.com", "has_password": true}""", 400, "`has_password` cannot be set" },
            { "POST", GitHost, """{"host": "github.com", "ssh_private_key": ""}""", 400, "`ssh_private_key` is empty" },
            { "POST", GitHost, """{"host": "github.com", "ssh_private_key": 1}""", 400, "`ssh_private_key`" },
            { "POST", GitHost, """{"host": "github.com", "ssh_private_key": "/root/.ssh/id_rsa"}""", 400, "-----BEGIN" },
            { "POST", GitHost, """{"host": "github.com", "ssh_private_key": "ssh-ed25519 AAAA ida"}""", 400, "is a public key" },
            { "POST", GitHost, """{"host": "github.com", "ssh_private_key": "PuTTY-User-Key-File-3: ssh-ed25519"}""", 400, "PuTTY" },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "ssh_private_key": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}""",
                400,
                "is no private key"
            },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "ssh_private_key": "-----BEGIN RSA PRIVATE KEY-----\nAAAA"}""",
                400,
                "not complete"
            },
            {
                "POST",
                GitHost,
                """
                    {"host": "github.com",
                    "ssh_private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"}
                    """,
                400,
                "damaged"
            },
            { "POST", GitHost, $$"""{"host": "github.com", "ssh_private_key": "-----BEGIN {{new string('x', 70_000)}}"}""", 400, "longer" },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "ssh_private_key": "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"}""",
                400,
                "`known_hosts` is missing"
            },
            {
                "POST",
                GitHost,
                """
                    {"host": "git.acme.com:3000", "ssh_private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                    "known_hosts": ""}
                    """,
                400,
                "\"ssh-keyscan git.acme.com\""
            },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "known_hosts": 1}""", 400, "`known_hosts`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "known_hosts": "github.com"}""", 400, "ssh-keyscan" },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "password": "p", "known_hosts": "# it\ngithub.com ssh-ed25519 ???"}""",
                400,
                "line 2"
            },
            { "POST", GitHost, """{"host": "bad-input.acme.test", "password": "p"}""", 409, "`host`" },
            {
                "POST",
                GitHost,
                """{"host": "https://ida@Bad-Input.acme.test/acme/shop.git", "password": "p"}""",
                409,
                "\"bad-input.acme.test\""
            },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "password": "p", "commit_statuses": "gogs"}""",
                400,
                "`commit_statuses` is \"gogs\"; expected \"github\", \"gitlab\", \"gitea\" or \"bitbucket\""
            },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "commit_statuses": true}""", 400, "`commit_statuses`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "commit_statuses": ""}""", 400, "`commit_statuses`" },
            { "POST", GitHost, """{"host": "github.com", "commit_statuses": "github"}""", 400, "`password`" },
            {
                "POST",
                GitHost,
                """{"host": "git.acme.test", "password": "p", "commit_statuses": "bitbucket"}""",
                400,
                "expected \"bitbucket.org\", or an `api_url`"
            },
            {
                "POST",
                GitHost,
                """
                    {"host": "github.com", "ssh_private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                    "known_hosts": "github.com ssh-rsa AAAA", "commit_statuses": "github"}
                    """,
                400,
                "`password` is missing; expected with `commit_statuses` \"github\""
            },
            { "PATCH", GitHost + "{githost-uuid}/", """{"commit_statuses": "bitbucket"}""", 400, "`commit_statuses`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "api_url": 1}""", 400, "`api_url` is a number" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "api_url": ""}""", 400, "`api_url`" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "api_url": "api.github.com"}""", 400, "`api_url` is not a URL" },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "password": "p", "api_url": "ftp://a/b"}""",
                400,
                "`api_url` begins with \"ftp:\""
            },
            {
                "POST",
                GitHost,
                """{"host": "github.com", "password": "p", "api_url": "https://ida:pw@a/"}""",
                400,
                "`api_url` has a user or password"
            },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "api_url": "https://a/?x=1"}""", 400, "`api_url` has a" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "api_url": "https://a/#"}""", 400, "`api_url` has a" },
            { "POST", GitHost, """{"host": "github.com", "password": "p", "last_error": "x"}""", 400, "`last_error` cannot be set" },
            { "PATCH", GitHost + "{githost-uuid}/", """{"password": null}""", 400, "both missing" },
            { "PATCH", GitHost + "{githost-uuid}/", """{"password": ""}""", 400, "`password`" },
            {
                "PATCH",
                GitHost + "{githost-uuid}/",
                """{"ssh_private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}""",
                400,
                "`known_hosts`"
            },
            { "PATCH", GitHost + "{githost-uuid}/", """{"uuid": "x"}""", 400, "`uuid` cannot be set" },
            { "PATCH", GitHost + "{githost-uuid}/", """{"host": "a b"}""", 400, "`host`" },
            { "PATCH", GitHost + Unknown + "/", """{"password": "p"}""", 404, "git host" },
            { "GET", GitHost + "x", "", 404, "git host" },
            { "GET", GitHost + Unknown, "", 404, "git host" },
            { "DELETE", GitHost + "x", "", 404, "git host" },
            { "DELETE", GitHost + Unknown, "", 404, "git host" },
            { "GET", GitHost + "?limit=x", "", 400, "`limit`" },
            { "POST", HostAlias, "", 400, "`alias` is missing" },
            { "POST", HostAlias, """{"alias": "a.acme.test"}""", 400, "`host` is missing" },
            { "POST", HostAlias, """{"alias": 1, "host": "b.acme.test"}""", 400, "`alias`" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "host": null}""", 400, "`host`" },
            { "POST", HostAlias, """{"alias": " ", "host": "b.acme.test"}""", 400, "`alias` is empty" },
            { "POST", HostAlias, """{"alias": "*", "host": "b.acme.test"}""", 400, "`alias`" },
            { "POST", HostAlias, """{"alias": "a.acme.test/acme", "host": "b.acme.test"}""", 400, "`alias`" },
            { "POST", HostAlias, """{"alias": "a.acme.test:x", "host": "b.acme.test"}""", 400, "`alias`" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "host": "ida:pw@b.acme.test"}""", 400, "\"b.acme.test\"" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "host": "ssh://b.acme.test"}""", 400, "`host`" },
            { "POST", HostAlias, """{"alias": "a\nb", "host": "b.acme.test"}""", 400, "control" },
            { "POST", HostAlias, """{"alias": "https://", "host": "b.acme.test"}""", 400, "`alias`" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "host": "A.acme.test:443"}""", 409, "two names" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "name": "b"}""", 400, "`name`" },
            { "POST", HostAlias, """{"alias": "a.acme.test", "host": "b", "uuid": "x"}""", 400, "`uuid` cannot be set" },
            { "GET", HostAlias + "x", "", 404, "host alias" },
            { "GET", HostAlias + Unknown, "", 404, "host alias" },
            { "DELETE", HostAlias + "x", "", 404, "host alias" },
            { "DELETE", HostAlias + Unknown, "", 404, "host alias" },
            { "GET", HostAlias + "?limit=x", "", 400, "`limit`" },
            { "POST", Hook, "", 400, "`sender` is missing" },
            { "POST", Hook, """{"sender": "subversion"}""", 400, "dockerhub" },
            { "POST", Hook, """{"sender": 1}""", 400, "`sender`" },
            { "POST", Hook, """{"sender": null}""", 400, "`sender`" },
            { "POST", Hook, """{"sender": "registry", "secret": ""}""", 400, "`secret`" },
            {
                "POST",
                Hook,
                """{"sender": "registry", "service_account": "a@b"}""",
                400,
                "`service_account` cannot be set for \"registry\""
            },
            { "POST", Hook, """{"sender": "registry", "audience": "a"}""", 400, "`audience` cannot be set" },
            { "POST", Hook, """{"sender": "google", "audience": "a"}""", 400, "`service_account`, too" },
            { "POST", Hook, """{"sender": "google", "service_account": "a"}""", 400, "an e-mail address" },
            { "POST", Hook, """{"sender": "google", "service_account": 1}""", 400, "`service_account`" },
            { "POST", Hook, """{"sender": "google", "service_account": "a@b@c"}""", 400, "`service_account`" },
            { "POST", Hook, """{"sender": "google", "service_account": "a@b", "audience": " "}""", 400, "`audience`" },
            { "POST", Hook, """{"sender": "google", "service_account": "a@b", "audience": 1}""", 400, "`audience`" },
            { "POST", Hook, """{"sender": "registry", "secret": 1}""", 400, "`secret`" },
            { "POST", Hook, """{"sender": "registry", "secret": "a b"}""", 400, "`secret`" },
            { "POST", Hook, """{"sender": "registry", "secret": "ü"}""", 400, "`secret`" },
            { "POST", Hook, """{"sender": "dockerhub", "secret": "s"}""", 400, "`secret`" },
            { "POST", Hook, """{"sender": "registry", "url": "x"}""", 400, "`url` cannot be set" },
            { "POST", Hook, """{"sender": "registry", "key": "x"}""", 400, "`key`" },
            { "GET", Hook + "x", "", 404, "hook" },
            { "GET", Hook + Unknown, "", 404, "hook" },
            { "DELETE", Hook + "x", "", 404, "hook" },
            { "DELETE", Hook + Unknown, "", 404, "hook" },
            { "GET", Hook + "?offset=x", "", 400, "`offset`" },
            { "GET", Hook + "x/delivery/", "", 404, "hook" },
            { "GET", Hook + Unknown + "/delivery/", "", 404, "hook" },
            { "GET", Hook + "{hook-uuid}/delivery/?limit=x", "", 400, "`limit`" },
            { "GET", Hook + "{hook-uuid}/delivery/x/", "", 404, "delivery" },
            { "GET", Hook + "{hook-uuid}/delivery/" + Unknown, "", 404, "delivery" },
            { "POST", Hook + "{hook-uuid}/delivery/x/redeliver/", "", 404, "delivery" },
            { "POST", Hook + "{hook-uuid}/delivery/" + Unknown + "/redeliver/", "", 404, "delivery" },
            { "POST", Hook + "x/delivery/x/redeliver/", "", 404, "hook" },
            { "GET", Action + "x", "", 404, "action" },
            { "GET", Action + Unknown, "", 404, "action" },
            { "GET", Action + Unknown + "/log/", "", 404, "action" },
            { "GET", Action + Unknown + "/log/?follow=maybe", "", 400, "`follow`" },
            { "GET", Action + "?limit=x", "", 400, "`limit`" },
            { "GET", Action + "?uuid=x", "", 400, "`uuid`" },
            { "GET", Action + "?state=x", "", 400, "`state`" },
            { "GET", Action + "?object=x", "", 400, "`object`" },
            { "GET", Action + "?object=/api/app/v1/stack/" + Unknown + "/", "", 400, "`object`" },
            { "GET", Action + "?start_date__gte=yesterday", "", 400, "`start_date__gte`" },
            { "GET", Action + "?start_date__lte=2025-13-01", "", 400, "`start_date__lte`" },
            { "GET", Action + "?end_date__gte=1", "", 400, "`end_date__gte`" },
            { "GET", Action + "?end_date__lte=x", "", 400, "`end_date__lte`" },
            { "GET", "/api/app/v1/container/x", "", 404, "container" },
            { "GET", "/api/app/v1/container/" + Unknown, "", 404, "container" },
            { "GET", "/api/app/v1/container/?limit=x", "", 400, "`limit`" },
            { "GET", "/api/app/v1/container/?service=x", "", 400, "`service`" },
            { "GET", "/api/app/v1/container/?uuid=x", "", 400, "`uuid`" },
            { "GET", "/api/app/v1/stack/?limit=x", "", 400, "`limit`" },
            { "GET", "/api/infra/v1/node/?limit=x", "", 400, "`limit`" },
            { "GET", "/api/infra/v1/node/x", "", 404, "node" },
            { "GET", "/api/infra/v1/node/" + Unknown, "", 404, "node" },
            { "GET", "/api/infra/v1/nodecluster/?limit=x", "", 400, "`limit`" },
        };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_bad_request_is_refused_with_a_sentence_and_changes_nothing(
        string method,
        string path,
        string body,
        int status,
        string mentions
    )
    {
        var (service, registryHost, registryUuid, gitHostUuid) = (
            await Other(),
            await RegistryHost(),
            await RegistryUuid(),
            await GitHostUuid()
        );
        var uuid = (await server.Get(Service + "?name=" + service)).Json.GetProperty("objects")[0].GetProperty("uuid").GetString()!;
        path = path.Replace("{service}", uuid, StringComparison.Ordinal)
            .Replace("{registry-uuid}", registryUuid, StringComparison.Ordinal)
            .Replace("{githost-uuid}", gitHostUuid, StringComparison.Ordinal);
        if (path.Contains("{hook-uuid}", StringComparison.Ordinal))
            path = path.Replace("{hook-uuid}", await HookUuid(), StringComparison.Ordinal);
        body = body.Replace("{registry}", registryHost, StringComparison.Ordinal);

        var before = await server.ReadAllFiles();
        var apiResponse = await server.Send(method, path, body.Length == 0 ? null : body);
        Assert.True(apiResponse.Status == status, $"{apiResponse.Status} {apiResponse.Text}");
        Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(before, await server.ReadAllFiles());
    }

    public static TheoryData<string, int, string> Bodies() =>
        new()
        {
            { "not JSON", 400, "line 1 at byte" },
            { "{", 400, "line 1" },
            { "{\n\"image\": }", 400, "line 2" },
            { "{\"image\": \"nginx\"} x", 400, "not valid JSON" },
            { "{\"image\": \"nginx\",}", 400, "not valid JSON" },
            { "{'image': 'nginx'}", 400, "not valid JSON" },
            { "// {}", 400, "not valid JSON" },
            { "null", 400, "null" },
            { "[]", 400, "an array" },
            { "\"image\"", 400, "text" },
            { "1", 400, "a number" },
            { "true", 400, "true" },
            { "NaN", 400, "not valid JSON" },
            { "{\"image\": \"a\", \"image\": \"b\"}", 400, "`image` is there twice" },
            { "{\"\\u0069mage\": \"a\", \"image\": \"b\"}", 400, "`image` is there twice" },
            { "{\"image\": \"a\\u0000\"}", 400, "NUL" },
            { "{\"\\u0000\": 1}", 400, "NUL" },
            { "{\"\\ud800\": 1}", 400, "Unicode" },
            { "{\"image\": \"\\udc00\"}", 400, "Unicode" },
            { "{\"image\": " + new string('[', 10_000) + new string(']', 10_000) + "}", 400, "deeper than" },
            { string.Concat(Enumerable.Repeat("{\"image\":", 10_000)) + "1" + new string('}', 10_000), 400, "deeper than" },
            { new string('[', 10_000), 400, "deeper than" },
            { "{\"image\": \"" + new string('x', 5 << 20) + "\"}", 413, "4 MiB" },
            { new string(' ', 5 << 20), 413, "4 MiB" },
            { "{\"x\": 1" + new string('0', 100_000) + "}", 400, "`x`" },
            { "\u0000", 400, "not valid JSON" },
        };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_body_is_refused_by_every_endpoint_that_reads_one(string body, int status, string mentions)
    {
        var (service, registry, gitHost) = (await server.CreateService(), Registry + await RegistryUuid(), GitHost + await GitHostUuid());
        var before = await server.ReadAllFiles();
        foreach (
            var (method, path) in ((string, string)[])
                [
                    ("POST", Service),
                    ("PATCH", service),
                    ("POST", Registry),
                    ("PATCH", registry),
                    ("POST", GitHost),
                    ("PATCH", gitHost),
                    ("POST", Hook),
                ]
        )
        {
            var apiResponse = await server.Send(method, path, body);
            Assert.True(apiResponse.Status == status, $"{method} {path}: {apiResponse.Status} {apiResponse.Text}");
            Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Fact]
    public async Task A_body_that_is_not_utf8_is_refused_by_every_endpoint_that_reads_one()
    {
        var (service, registry, gitHost) = (await server.CreateService(), Registry + await RegistryUuid(), GitHost + await GitHostUuid());
        byte[][] bodies =
        [
            [0xFF],
            [0xC3, 0x28],
            [.. "{\"image\": \""u8, 0xE2, 0x28, 0xA1, .. "\"}"u8],
            Encoding.Unicode.GetBytes("{\"image\": \"nginx\"}€"),
            [.. "{\"image\": \""u8, 0xED, 0xA0, 0x80, .. "\"}"u8],
        ];
        foreach (var body in bodies)
        foreach (
            var (method, path) in ((string, string)[])
                [
                    ("POST", Service),
                    ("PATCH", service),
                    ("POST", Registry),
                    ("PATCH", registry),
                    ("POST", GitHost),
                    ("PATCH", gitHost),
                    ("POST", Hook),
                ]
        )
        {
            var apiResponse = await server.Send(method, path, body, "application/json");
            Assert.True(apiResponse.Status == 400, $"{method} {path}: {apiResponse.Status} {apiResponse.Text}");
            Assert.Contains("JSON", apiResponse.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_mistake() =>
        Assert.Equal(200, (await server.Patch(await server.CreateService(), "\uFEFF{\"autoredeploy\": true}")).Status);

    /// <summary>Whatever an endpoint is: no value of a path, a query or a body makes it fail in a way that is ours.</summary>
    [Fact]
    public async Task No_endpoint_ever_answers_500()
    {
        var service = (await server.CreateService()).Split('/')[^2];
        string[] uuids =
        [
            service,
            Unknown,
            "x",
            "%20",
            "%2F",
            "..%2f..",
            "%C3%28",
            "'; drop table services; --",
            new string('u', 3000),
            "{}",
            "0",
            "null",
        ];
        string[] queries =
        [
            "",
            "?",
            "?&=&",
            "?limit=%00",
            "?offset=1e9",
            "?uuid=%F0%9F%90%B3",
            "?uuid__startswith=%25",
            "?uuid__startswith=_",
            "?name=%27%20or%201=1",
            "?state=",
            "?limit=1&limit=1",
            "?follow=2",
            "?object=%2F%2F",
            "?start_date__gte=%2B0000",
            "?service=%00",
            "?reuse_volumes=",
            "?start=0",
        ];
        string?[] bodies = [null, "", "{}", "[]", "{\"a\":", "{\"image\": {}}", "payload=%7B", "{\"events\": [{}], \"push_data\": {}}"];
        var count = 0;
        foreach (var endpoint in server.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            // a stream has no end; what it refuses has tests of its own
            if (pattern == DockerCloud.ResourceUris.Events)
                continue;
            // these act on what there is: everything below is refused or harmless for a service that was never started
            foreach (var uuid in pattern.Contains('{') ? uuids : [""])
            foreach (var query in queries.Take(method == "GET" ? queries.Length : 3))
            foreach (var body in method == "GET" ? bodies[..1] : bodies)
            {
                if (method == "DELETE" && uuid == service)
                    continue;
                var path = System.Text.RegularExpressions.Regex.Replace(pattern, @"\{sender\}", "registry");
                path =
                    System.Text.RegularExpressions.Regex.Replace(
                        path,
                        @"\{[^}]*\}",
                        _ => uuid.Contains('%') ? uuid : Uri.EscapeDataString(uuid)
                    ) + query;
                var apiResponse = await server.Send(method, path, body);
                Assert.True(
                    apiResponse.Status < 500 || (pattern == "/readyz" && apiResponse.Status == 503),
                    $"{method} {path} {body}: {apiResponse.Status} {apiResponse.Text}"
                );
                if (apiResponse.Status >= 400 && apiResponse.Text.Length > 0 && pattern != "/readyz")
                    Assert.NotEmpty(apiResponse.Error);
                count++;
            }
        }

        Assert.InRange(count, 1000, 100_000);
    }

    private async Task<string> Other()
    {
        if ((await server.Get(Service + "?name=bad-input-other")).Json.GetProperty("objects").GetArrayLength() == 0)
            await server.CreateService(name: "bad-input-other");
        return "bad-input-other";
    }

    private async Task<string> RegistryHost()
    {
        await RegistryUuid();
        return "bad-input.acme.test:5000";
    }

    private async Task<string> RegistryUuid()
    {
        foreach (var registry in (await server.Get(Registry + "?limit=100")).Json.GetProperty("objects").EnumerateArray())
            if (registry.GetProperty("host").GetString() == "bad-input.acme.test:5000")
                return registry.GetProperty("uuid").GetString()!;
        var created = await server.Post(Registry, """{"host": "bad-input.acme.test:5000", "username": "u", "password": "p"}""");
        Assert.True(created.Status == 201, created.Text);
        return created.Json.GetProperty("uuid").GetString()!;
    }

    private async Task<string> HookUuid()
    {
        foreach (var hook in (await server.Get(Hook)).Json.GetProperty("objects").EnumerateArray())
            return hook.GetProperty("uuid").GetString()!;
        return (await server.CreateHook("registry")).GetProperty("uuid").GetString()!;
    }

    private async Task<string> GitHostUuid()
    {
        foreach (var host in (await server.Get(GitHost + "?limit=100")).Json.GetProperty("objects").EnumerateArray())
            if (host.GetProperty("host").GetString() == "bad-input.acme.test")
                return host.GetProperty("uuid").GetString()!;
        var created = await server.Post(GitHost, """{"host": "bad-input.acme.test", "password": "p"}""");
        Assert.True(created.Status == 201, created.Text);
        return created.Json.GetProperty("uuid").GetString()!;
    }
}
