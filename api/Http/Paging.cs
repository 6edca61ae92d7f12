using Microsoft.AspNetCore.WebUtilities;

namespace AutoDeploy.Api.Http;

/// <summary>Which part of a list is wanted.</summary>
public readonly record struct Paging(int Limit, int Offset)
{
    public const int MaxLimit = 100;

    public static readonly QueryParameter[] Parameters =
    [
        new("limit", "So many at most, 1 to 100; 25 unless given.", QueryType.Integer),
        new("offset", "So many are left out at the beginning; 0 unless given.", QueryType.Integer),
    ];

    public static Paging Read(HttpRequest request) =>
        new(QueryReader.ReadInteger(request, "limit", 1, MaxLimit) ?? 25, QueryReader.ReadInteger(request, "offset", 0, int.MaxValue) ?? 0);

    public Listing<T> Listing<T>(HttpRequest request, int total, IReadOnlyList<T> objects) =>
        new(
            new ListMeta(
                Limit,
                Offset,
                total,
                (long)Offset + Limit < total ? At(request, Offset + Limit) : null,
                Offset > 0 ? At(request, Math.Max(0, Offset - Limit)) : null
            ),
            objects
        );

    private string At(HttpRequest request, int offset)
    {
        var query = request
            .Query.Where(q => q.Key is not ("limit" or "offset"))
            .Select(q => KeyValuePair.Create(q.Key, (string?)q.Value.ToString()))
            .Append(KeyValuePair.Create("limit", (string?)Invariant(Limit)))
            .Append(KeyValuePair.Create("offset", (string?)Invariant(offset)));
        return QueryHelpers.AddQueryString(request.Path.ToUriComponent(), query);
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
