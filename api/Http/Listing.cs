using Microsoft.AspNetCore.WebUtilities;

namespace AutoDeploy.Api.Http;

/// <summary>A page of a list, as Docker Cloud's lists answer.</summary>
public sealed record Listing<T>(ListMeta Meta, IReadOnlyList<T> Objects)
{
    public static Listing<T> Empty(HttpRequest request) => Paging.Read(request).Listing<T>(request, 0, []);
}

/// <param name="TotalCount">So many there are on all pages.</param>
/// <param name="Next">Where the next page is; null on the last.</param>
/// <param name="Previous">Where the page before is; null on the first.</param>
public sealed record ListMeta(int Limit, int Offset, int TotalCount, string? Next, string? Previous);

/// <summary>Which part of a list is wanted.</summary>
public readonly record struct Paging(int Limit, int Offset)
{
    public const int Most = 100;

    public static readonly QueryParameter[] Parameters =
    [
        new("limit", "So many at most, 1 to 100; 25 unless given.", QueryType.Integer),
        new("offset", "So many are left out at the beginning; 0 unless given.", QueryType.Integer),
    ];

    public static Paging Read(HttpRequest request) =>
        new(Query.Integer(request, "limit", 1, Most) ?? 25, Query.Integer(request, "offset", 0, int.MaxValue) ?? 0);

    public Listing<T> Listing<T>(HttpRequest request, int total, IReadOnlyList<T> objects) =>
        new(new ListMeta(Limit, Offset, total,
            (long)Offset + Limit < total ? At(request, Offset + Limit) : null,
            Offset > 0 ? At(request, Math.Max(0, Offset - Limit)) : null), objects);

    private string At(HttpRequest request, int offset)
    {
        var query = request.Query
            .Where(q => q.Key is not ("limit" or "offset"))
            .Select(q => KeyValuePair.Create(q.Key, (string?)q.Value.ToString()))
            .Append(KeyValuePair.Create("limit", (string?)Invariant(Limit)))
            .Append(KeyValuePair.Create("offset", (string?)Invariant(offset)));
        return QueryHelpers.AddQueryString(request.Path.ToUriComponent(), query);
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
