using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>Debian's <c>webhook</c>, which runs a command for each delivery that is signed as GitHub signs.</summary>
internal sealed class WebhookProcess : IDisposable
{
    private readonly string _address;

    private WebhookProcess(Process process, string address) => (Process, _address) = (process, address);

    public Process Process { get; }

    /// <summary>Runs <c>/bin/true</c>.</summary>
    public string Url => $"{_address}/hooks/push";

    /// <summary>Verifies, and that is all.</summary>
    public string UrlWithoutCommand => $"{_address}/hooks/nothing";

    public static async Task<WebhookProcess> Start(string directory, string secret)
    {
        var rule = $$$"""
            {"match": {"type": "payload-hmac-sha256", "secret": "{{{secret}}}", "parameter": {"source": "header",
            "name": "X-Hub-Signature-256"} } }
            """;
        var rules = Path.Combine(directory, "hooks.json");
        await File.WriteAllTextAsync(
            rules,
            $$"""
            [{"id": "push", "execute-command": "/bin/true", "trigger-rule": {{rule}} }, {"id": "nothing", "trigger-rule": {{rule}} }]
            """
        );
        var port = UnixTools.FreePort().ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(
            new ProcessStartInfo("webhook", ["-hooks", rules, "-ip", "127.0.0.1", "-port", port])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var webhook = new WebhookProcess(process, $"http://127.0.0.1:{port}");
        using var http = new HttpClient();
        await Eventually.Until(async () =>
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(webhook._address));
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                return false;
            }
        });
        return webhook;
    }

    public void Dispose()
    {
        Process.Kill();
        Process.Dispose();
    }
}
