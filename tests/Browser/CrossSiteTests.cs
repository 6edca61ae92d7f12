using System.Text;
using AutoDeploy.Testing;
using Microsoft.Playwright;

namespace AutoDeploy.Browser.Tests;

/// <summary>What a real browser sends for a page of another site while it holds the admin's credentials.</summary>
public sealed class CrossSiteTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Names and values of a form in plain text make a JSON object.</summary>
    private const string Html = """
        <!doctype html>
        <form method="post" enctype="text/plain">
          <input name='{"image": "acme/evil:1", "name": "evil", "run_command": "sh -c x' value='1"}'>
        </form>
        <script>const submit = target => { document.forms[0].action = target; document.forms[0].submit(); };</script>
        """;

    [Fact]
    public async Task A_page_of_another_site_creates_no_service_and_one_of_our_own_does()
    {
        await using var app = await AutoDeployProcess.Start("unix:///nonexistent/docker.sock", cluster: ClusterShape.OneProcess);
        await using var other = await PageServer.Start(Html);
        await using var context = await chromium.Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BypassCSP = true,
                // a browser that keeps the credentials sends them like this
                ExtraHTTPHeaders =
                [
                    new("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{AutoDeployProcess.Token}"))),
                ],
            }
        );
        // over loopback Chromium says what site a request is for, over plain HTTP to other names only which page sent it
        foreach (
            var (site, own) in ((string, string)[])[("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("evil.test", "deploy.test")]
        )
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync($"http://{site}:{other.Port}/");
            var refused = await page.RunAndWaitForResponseAsync(
                () => page.EvaluateAsync($"() => submit('http://{own}:{app.Port}/api/app/v1/service/?start=true')"),
                response => response.Request.Method == "POST"
            );
            Assert.Equal((own, 403), (own, refused.Status));
            Assert.Equal(
                "{\"image\": \"acme/evil:1\", \"name\": \"evil\", \"run_command\": \"sh -c x=1\"}",
                refused.Request.PostData?.TrimEnd()
            );
            Assert.StartsWith("Basic ", await refused.Request.HeaderValueAsync("authorization"), StringComparison.Ordinal);
        }

        Assert.Equal(0, (int)(await app.Get("/api/app/v1/service/"))["meta"]!["total_count"]!);

        foreach (var own in (string[])["127.0.0.1", "deploy.test"])
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync($"http://{own}:{app.Port}/healthz");
            var status = await page.EvaluateAsync<int>(
                "async body => (await fetch('/api/app/v1/service/', {method: 'POST', headers: {'Content-Type': "
                    + "'application/json'}, body})).status",
                $$"""{"image": "acme/good:1", "name": "{{own[..1]}}-good"}"""
            );
            Assert.Equal((own, 201), (own, status));
        }
    }
}
