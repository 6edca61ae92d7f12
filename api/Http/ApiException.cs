namespace AutoDeploy.Api.Http;

/// <summary>The request cannot be served: answered as the error form, see <see cref="ErrorForm"/>.</summary>
/// <param name="status">A status of 400 or more.</param>
/// <param name="sentence">For a person; names the field and what is expected.</param>
public sealed class ApiException(int status, string sentence) : Exception(sentence)
{
    public int Status { get; } = status;

    /// <summary>For a conflict: the state that does not allow it.</summary>
    public string? State { get; init; }

    public static ApiException BadRequest(string sentence) => new(StatusCodes.Status400BadRequest, sentence);

    public static ApiException NotFound(string what, string which) =>
        new(StatusCodes.Status404NotFound, $"There is no {what} \"{Shorten(which)}\".");

    public static ApiException Conflict(string sentence, string? state = null) =>
        new(StatusCodes.Status409Conflict, sentence) { State = state };

    /// <summary>What a client sent, short enough to be said back to it.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
}
