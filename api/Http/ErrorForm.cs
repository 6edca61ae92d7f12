using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Http;

/// <summary>How every error is answered.</summary>
/// <param name="Error">A sentence that names the field and what is expected.</param>
/// <param name="State">With 409: the state that does not allow what was asked for.</param>
public sealed record ErrorForm(string Error, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State = null);
