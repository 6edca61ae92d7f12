using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>What the OpenAPI document has to know of a request's body.</summary>
public interface IJsonBinder
{
    /// <param name="creating">Members that something cannot be created without are required.</param>
    OpenApiSchema Schema(bool creating);
}
