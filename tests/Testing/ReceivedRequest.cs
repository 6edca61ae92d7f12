using System.Text;
using System.Text.Json.Nodes;

namespace AutoDeploy.Testing;

/// <param name="Status">What was answered.</param>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Status)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Text)!;
}
