namespace AutoDeploy.Ports;

public enum AddAliasResult
{
    Added,

    /// <summary>The organization has the alias already.</summary>
    Known,

    /// <summary>The host is the alias, or leads to it.</summary>
    Circular,
}
