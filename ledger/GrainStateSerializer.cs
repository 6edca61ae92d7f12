using System.Text.Json;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

/// <summary>For Orleans' providers: states as JSON without the names of types, see <see cref="GrainStateJson"/>.</summary>
public sealed class GrainStateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, GrainStateJson.Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, GrainStateJson.Options)!;
}
