namespace AutoDeploy.Registry;

/// <summary>The next page of a list.</summary>
/// <param name="Address">The address of the page. Null: the address is not on the registry's own host or cannot be parsed, and must not be
/// requested.</param>
internal sealed record NextPage(Uri? Address);
