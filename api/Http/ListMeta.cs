namespace AutoDeploy.Api.Http;

/// <param name="TotalCount">So many there are on all pages.</param>
/// <param name="Next">Where the next page is; null on the last.</param>
/// <param name="Previous">Where the page before is; null on the first.</param>
public sealed record ListMeta(int Limit, int Offset, int TotalCount, string? Next, string? Previous);
