using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>One member of a request's body: how it is described and read.</summary>
/// <param name="Schema">What the OpenAPI document says of it.</param>
/// <param name="Read">Puts the value into what is being made, or throws a 400.</param>
public sealed record PropertyBinding<T>(string Name, Func<OpenApiSchema> Schema, Action<T, RequestValue> Read)
{
    /// <summary>It has to be there when something is created.</summary>
    public bool Required { get; init; }
}
