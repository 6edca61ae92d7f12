using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Api.Tests;

public sealed class LogTests
{
    [Fact]
    public async Task No_secret_is_in_the_log()
    {
        await using var server = await ApiServer.Start();
        using var log = new ListLogger<LogTests>();
        server.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        var hook = await server.CreateHook("registry", "hook-secret");
        var path = new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;
        await server.CreateService(
            """
            "container_envvars": [{"key": "A", "value": "env-secret"}]
            """,
            image: "reg.acme.test:5000/acme/logged:1.2"
        );
        await server.Post("/api/app/v1/registry/", """{"host": "reg.acme.test:5000", "username": "u", "password": "registry-secret"}""");
        await server.Post("/api/app/v1/githost/", """{"host": "git.acme.test", "username": "u", "password": "git-secret"}""");
        await server.Post("/api/app/v1/githost/", """{"host": "https://u:git-secret@git. acme.test", "password": "git-secret"}""");
        var delivery = System.Text.Encoding.UTF8.GetBytes(RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/logged", "1.2")));
        foreach (var secret in (string[])["hook-secret", "wrong"])
            await server.Send("POST", path, delivery, null, $"Bearer {secret}");
        await server.Send("POST", path, "{"u8.ToArray(), null, "hook-secret");
        await server.Send("GET", path, null, null, "");
        await server.Send("GET", "/auth/", null, null, "Bearer wrong-token");
        var notification = await server.Post(
            "/api/app/v1/notification/",
            """{"type": "webhook", "url": "http://127.0.0.1:1/url-secret", "secret": "signing-secret"}"""
        );
        await server.Post(notification.Headers["Location"] + "test/");
        await server.Settle();
        log.CreateLogger("test").LogInformation("the log works");

        var text = string.Join('\n', log.Lines);
        Assert.Contains("the log works", text, StringComparison.Ordinal);
        foreach (
            var secret in (string[])
                [
                    server.Token,
                    path.Split('/')[^1],
                    "hook-secret",
                    "env-secret",
                    "registry-secret",
                    "git-secret",
                    "wrong-token",
                    "url-secret",
                    "signing-secret",
                ]
        )
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }
}
