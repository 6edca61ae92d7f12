using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDeploy.Deployments;

/// <summary>Writes a step by its stored name.</summary>
public sealed class DeploymentStepJsonConverter : JsonConverter<DeploymentStep>
{
    public override DeploymentStep Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DeploymentStepNames.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, DeploymentStep value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.GetName());
}
