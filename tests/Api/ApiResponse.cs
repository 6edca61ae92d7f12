using System.Text.Json;

namespace AutoDeploy.Api.Tests;

public sealed record ApiResponse(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Error
    {
        get
        {
            Assert.True(
                Headers.TryGetValue("Content-Type", out var type) && type.StartsWith("application/json", StringComparison.Ordinal),
                $"{Status} {Text}"
            );
            return Json.GetProperty("error").GetString()!;
        }
    }
}
