using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AutoDeploy.Api.Qovery;

/// <summary>How errors are answered where Qovery's clients ask: <c>status</c> and <c>detail</c> are what they read.</summary>
/// <param name="Error">The status in words.</param>
/// <param name="Message">A sentence that names the field and what is expected.</param>
/// <param name="Detail">The same sentence.</param>
public sealed record QoveryError(int Status, string Error, string Message, string Detail, string Path)
{
    private static readonly PathString[] Roots = ["/application", "/container", "/organization"];

    /// <summary>Whether the path is one of Qovery's API.</summary>
    public static bool Speaks(PathString path) => Array.Exists(Roots, root => path.StartsWithSegments(root));

    public static QoveryError From(int status, string sentence, PathString path) =>
        new(status, ReasonPhrases.GetReasonPhrase(status), sentence, sentence, ApiException.Shorten(path.Value ?? ""));
}
