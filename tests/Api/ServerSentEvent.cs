using System.Text.Json;

namespace AutoDeploy.Api.Tests;

internal sealed record ServerSentEvent(long Id, string Type, JsonElement Data)
{
    public string? this[string member] => Data.GetProperty(member).ToString();
}
