namespace AutoDeploy.Registry;

/// <summary>A list goes on.</summary>
/// <param name="Address">Null: at a place that is not asked, since it is not the registry's own or cannot be read.</param>
internal sealed record NextPage(Uri? Address);
