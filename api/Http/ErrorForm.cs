using System.Text.Json.Serialization;
using AutoDeploy.Api.Qovery;

namespace AutoDeploy.Api.Http;

/// <summary>How every error is answered.</summary>
/// <param name="Error">A sentence that names the field and what is expected.</param>
/// <param name="State">With 409: the state that does not allow what was asked for.</param>
public sealed record ErrorForm(string Error, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State = null);

public static class ErrorForms
{
    public static Task WriteError(this HttpContext context, int status, string sentence, string? state = null)
    {
        context.Response.StatusCode = status;
        if (QoveryError.Speaks(context.Request.Path))
            return context.Response.WriteAsJsonAsync(
                QoveryError.Of(status, sentence, context.Request.Path), ApiJson.Default.QoveryError, cancellationToken: context.RequestAborted);
        return context.Response.WriteAsJsonAsync(new ErrorForm(sentence, state), ApiJson.Default.ErrorForm, cancellationToken: context.RequestAborted);
    }
}
