using AutoDeploy.Api.Qovery;

namespace AutoDeploy.Api.Http;

public static class ErrorFormWriter
{
    public static Task WriteError(this HttpContext context, int status, string sentence, string? state = null)
    {
        context.Response.StatusCode = status;
        if (QoveryError.Speaks(context.Request.Path))
            return context.Response.WriteAsJsonAsync(
                QoveryError.From(status, sentence, context.Request.Path),
                ApiJson.Default.QoveryError,
                cancellationToken: context.RequestAborted
            );
        return context.Response.WriteAsJsonAsync(
            new ErrorForm(sentence, state),
            ApiJson.Default.ErrorForm,
            cancellationToken: context.RequestAborted
        );
    }
}
